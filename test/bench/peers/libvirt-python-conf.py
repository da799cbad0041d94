"""The peer of the XML benchmark: defineXML and XMLDesc against libvirt's own test driver, in its own process.

usage: libvirt-python-conf.py FILE, a JSON list of definitions. Prints one JSON object of times in ms.
"""
import json
import sys
import time

import libvirt


def work(conn, texts):
    size = 0
    for text in texts:
        size += len(conn.defineXML(text).XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
    return size


def main():
    texts = json.load(open(sys.argv[1], encoding="utf-8"))
    conn = libvirt.open('test:///default')
    work(conn, texts)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work(conn, texts)
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({'times': times}))
    conn.close()


main()
