#!/bin/busybox sh
# Process 1 of the rig's guest: a ready line and a shell on the screen, a shell on the serial line, power button obeyed.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
hostname rig-guest
for module in /modules/*.ko; do insmod "$module" 2>/dev/null; done
acpid -c /etc/acpi -l /dev/null

# A still picture: no blinking cursor, no late kernel message.
dmesg -n 1
printf '\033[2J\033[H\033[?25l' >/dev/tty1
printf '\033[1;37;44m  Hostler rig guest  \033[0m\n\nkernel %s\nready\n\n' "$(uname -r)" >/dev/tty1
echo 'rig guest ready' >/dev/ttyS0

export PS1='guest# ' HOME=/
while true; do setsid sh -c 'exec sh </dev/tty1 >/dev/tty1 2>&1'; sleep 1; done &
while true; do setsid sh -c 'exec sh </dev/ttyS0 >/dev/ttyS0 2>&1'; sleep 1; done
