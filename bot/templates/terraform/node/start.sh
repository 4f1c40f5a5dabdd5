# The rest of the first-start script: Terraform puts its first lines before it, which set cloud, keeper and settings.
# PILOTHOUSE_ROOT is for tests; on a machine it is not set.
set -euo pipefail
root=${PILOTHOUSE_ROOT:-}
readonly root

install -d -m 0755 "$root/opt/pilothouse" "$root/etc/pilothouse" "$root/etc/systemd/system" "$root/var/lib/pilothouse-node"
# shellcheck disable=SC2154 # set by the lines before
base64 -d <<<"$cloud" | gzip -d >"$root/opt/pilothouse/cloud.py"
# shellcheck disable=SC2154 # as above
base64 -d <<<"$keeper" | gzip -d >"$root/opt/pilothouse/keeper.py"
# shellcheck disable=SC2154 # as above
base64 -d <<<"$settings" >"$root/etc/pilothouse/node.json"
chmod 0600 "$root/etc/pilothouse/node.json"

# Everyone whom a program runs as, with a home among the data.
data=$(python3 - "$root/etc/pilothouse/node.json" <<'PYTHON'
import json, sys
told = json.load(open(sys.argv[1]))
print(next(iter(told["groups"].values()))["data"] if "groups" in told else told["data"])
PYTHON
)
users=$(python3 - "$root/etc/pilothouse/node.json" <<'PYTHON'
import json, sys
told = json.load(open(sys.argv[1]))
groups = told["groups"].values() if "groups" in told else [told]
print("\n".join(sorted({program["user"] for group in groups for program in group["programs"].values()} | {"cluster"})))
PYTHON
)
for user in $users; do
  id -u "$user" >/dev/null 2>&1 || useradd --system --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
done
install -d -m 0755 -o cluster "$root$data"

# Local disks: each gets a file system and a folder. They are empty whenever the machine is new, so nothing is lost; one
# that has a file system already (after a restart) is only mounted.
number=0
for disk in "$root"/dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_*; do
  case $disk in *-part* | *_[0-9] | *-ns-[0-9] | *'*') continue ;; esac # partitions, second names of the same disk, none at all
  folder=$data/disk$number
  number=$((number + 1))
  blkid "$disk" >/dev/null 2>&1 || mkfs.ext4 -q -m 0 -E nodiscard "$disk"
  install -d -m 0755 "$root$folder"
  grep -qs " $folder " "$root/etc/fstab" || echo "$disk $folder ext4 defaults,noatime,nofail 0 2" >>"$root/etc/fstab"
  mount "$folder"
  chown cluster "$root$folder"
done

for what in converge watch; do
  cat >"$root/etc/systemd/system/pilothouse-node-$what.service" <<UNIT
[Unit]
Description=Pilothouse: $what
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 /opt/pilothouse/keeper.py $what
TimeoutStartSec=15min
UNIT
  every=15s
  [ "$what" = converge ] || every=5s
  cat >"$root/etc/systemd/system/pilothouse-node-$what.timer" <<UNIT
[Unit]
Description=Pilothouse: $what, every $every

[Timer]
OnBootSec=5s
OnUnitInactiveSec=$every
AccuracySec=1s

[Install]
WantedBy=timers.target
UNIT
done
systemctl daemon-reload
systemctl enable --now pilothouse-node-converge.timer pilothouse-node-watch.timer
