#!/bin/bash
# Makes the disk of the second host: Debian with libvirtd, QEMU and sshd, for a guest that is booted without a boot loader.
# second-host.ts calls it, in a folder that becomes the cache's entry when all went well. Needs root.
#
#   second-host.sh FOLDER MIRROR     leaves FOLDER/{disk.ext4,vmlinuz,initrd,id,id.pub,host_key.pub}
set -euo pipefail
folder=$1 mirror=$2
packages=systemd-sysv,linux-image-cloud-amd64,openssh-server,iproute2,iptables,dnsmasq-base,netcat-openbsd
packages+=,libvirt-daemon-system,libvirt-clients,libvirt-daemon-driver-qemu,qemu-system-x86,qemu-utils
root=$folder/root

mmdebstrap --quiet --variant=minbase --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$root" "$mirror"

ssh-keygen -q -t ed25519 -N '' -C second-host -f "$folder/id"
install -d -m 700 "$root/root/.ssh"
install -m 600 "$folder/id.pub" "$root/root/.ssh/authorized_keys"
cp "$root/etc/ssh/ssh_host_ed25519_key.pub" "$folder/host_key.pub"
echo second-host >"$root/etc/hostname"
echo '/dev/vda / ext4 defaults,noatime 0 1' >"$root/etc/fstab"
printf '[Match]\nName=eth*\n[Network]\nDHCP=yes\n' >"$root/etc/systemd/network/10-eth.network"
# Every log-in is told on the console, which is where the test reads.
printf 'LogLevel VERBOSE\nUseDNS no\n' >"$root/etc/ssh/sshd_config.d/rig.conf"
install -d "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nForwardToConsole=yes\nTTYPath=/dev/ttyS0\nMaxLevelConsole=info\n' \
  >"$root/etc/systemd/journald.conf.d/rig.conf"
# A guest in a guest without KVM: no confinement that costs time.
printf 'security_driver = "none"\nnamespaces = [ ]\nstdio_handler = "file"\n' >>"$root/etc/libvirt/qemu.conf"
chroot "$root" systemctl --quiet enable systemd-networkd ssh
chroot "$root" systemctl --quiet disable libvirt-guests apt-daily.timer apt-daily-upgrade.timer e2scrub_reap fstrim.timer 2>&1
ln -sf /dev/null "$root/etc/systemd/system/systemd-networkd-wait-online.service"

cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp "$root"/boot/initrd.img-* "$folder/initrd"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
mke2fs -q -t ext4 -d "$root" "$folder/disk.ext4" 3G
rm -rf "$root"
