#!/bin/bash
# Keeper of one private libvirtd. Runs as process 1 of its own mount and PID namespace (see libvirtd.ts), so that the
# daemon sees its own /etc, /var/lib, /var/cache and /run of libvirt, and everything it ever started ends with it.
#
#   stdin:  start | kill (SIGKILL) | stop (SIGTERM); at end of input everything ends
#   stdout: "started", and "ended" once the daemon is gone
set -u
root=$1
# The rest of the arguments is the daemon's.
shift
mount --make-rprivate /
# The lock folder too: a console's lock names a process id, which means nothing outside of this namespace.
for pair in etc:/etc/libvirt lib:/var/lib/libvirt cache:/var/cache/libvirt run:/run/libvirt log:/var/log/libvirt \
  lock:"$(readlink -f /var/lock)"; do
  mkdir -p "${pair#*:}" && mount --bind "$root/${pair%%:*}" "${pair#*:}" || exit 1
done
# Its own network, where it has one, is a loopback that nobody else can reach.
[ -z "${RIG_OWN_NETWORK:-}" ] || ip link set lo up || exit 1

daemon=
end_daemon() {
  [ -n "$daemon" ] || return 0
  kill "-$1" "$daemon" 2>/dev/null
  wait "$daemon" 2>/dev/null
  daemon=
}

while read -r command; do
  case $command in
    start)
      # Not the command pipe as its standard input; not the machine's pid file, which it would lock.
      libvirtd -f "$root/etc/libvirtd.conf" -p "$root/run/libvirtd.pid" "$@" </dev/null >>"$root/log/libvirtd.log" 2>&1 &
      daemon=$!
      echo started ;;
    kill) end_daemon KILL; echo ended ;;
    stop) end_daemon TERM; echo ended ;;
  esac
done
end_daemon KILL
