"""The peer of the RPC benchmarks: the same work through libvirt-python. Prints one JSON object of times in ms.

usage: libvirt-python.py URI INVENTORY_ROUNDS SINGLE_CALLS
"""
import json
import sys
import time

import libvirt


def inventory(conn):
    domains = conn.listAllDomains()
    for domain in domains:
        domain.info()
    size = sum(len(domain.XMLDesc()) for domain in domains)
    stats = conn.getAllDomainStats()
    return len(domains), size, len(stats)


def main():
    uri, rounds, calls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    conn = libvirt.open(uri)
    counts = inventory(conn)
    inventory_ms = []
    for _ in range(rounds):
        start = time.perf_counter()
        counts = inventory(conn)
        inventory_ms.append((time.perf_counter() - start) * 1000)
    domain = conn.listAllDomains()[0]
    for _ in range(min(calls, 200)):
        domain.info()
    call_ms = []
    for _ in range(calls):
        start = time.perf_counter()
        domain.info()
        call_ms.append((time.perf_counter() - start) * 1000)
    call_ms.sort()
    print(json.dumps({
        'domains': counts[0], 'xmlLength': counts[1], 'stats': counts[2],
        'inventoryMs': inventory_ms, 'callMs': call_ms[len(call_ms) // 2],
    }))
    conn.close()


main()
