# Bare systems of Debian 13 for checks of packages: made by debootstrap once, or taken from DEBIAN_BASE, and copied.
# Sourced beside check.sh.
base=${DEBIAN_BASE:-}

make_base() {
   debootstrap --variant=minbase --include=make,git,ca-certificates trixie "$work/base"
   base=$work/base
}

new_system() { # new_system FOLDER
   cp -a "$base" "$1"
   cp /etc/resolv.conf /etc/hosts "$1/etc/"
}

# In a mount namespace of its own, so that nothing stays mounted whatever happens.
inside_system() { # inside_system FOLDER SCRIPT
   unshare --mount --pid --fork --kill-child bash -c '
      mount --make-rprivate / && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev"
      exec chroot "$1" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
         PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -euc "$2"' bash "$1" "$2"
}
