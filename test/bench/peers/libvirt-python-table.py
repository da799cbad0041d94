"""The peer of the latency benchmark: what virt-manager asks of a host before its list can be used, one call after
another as libvirt-python has it. Prints one JSON object: times in ms since the start of each part.

usage: libvirt-python-table.py URI GUESTS
"""
import json
import sys
import time

import libvirt


def connection_calls(conn):
    conn.getCapabilities()
    conn.getHostname()
    conn.getVersion()
    conn.getLibVersion()
    conn.getInfo()
    conn.getURI()
    conn.getType()


def table(conn):
    rows = 0
    for domain in conn.listAllDomains():
        domain.XMLDesc()
        domain.info()
        domain.state()
        rows += 1
    return rows


def main():
    uri, guests = sys.argv[1], int(sys.argv[2])
    started = time.perf_counter()
    conn = libvirt.open(uri)
    opened = time.perf_counter()
    # The signal for the benchmark to count anew.
    print(json.dumps({'openMs': (opened - started) * 1000}), flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    connection_calls(conn)
    rows = table(conn)
    ms = (time.perf_counter() - started) * 1000
    if rows != guests:
        raise RuntimeError('%d guests in place of %d' % (rows, guests))
    print(json.dumps({'tableMs': ms}), flush=True)
    sys.stdin.readline()
    conn.close()


main()
