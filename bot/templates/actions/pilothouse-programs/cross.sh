#!/usr/bin/env bash
# Installs Debian's compiler for arm64, and the arm64 forms of the packages that the programs are built against.
set -euo pipefail

if [ -n "${SYSTEM:-}" ]; then
  sudo dpkg --add-architecture arm64
  # The usual mirrors have amd64 alone; arm64 is on the ports mirror, and each must be asked for its own only.
  sudo sed -i '/^Types:/a Architectures: amd64' /etc/apt/sources.list.d/ubuntu.sources
  # shellcheck source=/dev/null
  . /etc/os-release
  sudo tee /etc/apt/sources.list.d/arm64.sources > /dev/null << SOURCES
Types: deb
URIs: http://ports.ubuntu.com/ubuntu-ports
Suites: $VERSION_CODENAME $VERSION_CODENAME-updates $VERSION_CODENAME-security
Components: main universe
Architectures: arm64
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
SOURCES
fi
packages=(gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross)
read -ra system <<< "${SYSTEM:-}"
for package in "${system[@]}"; do packages+=("$package:arm64"); done
sudo apt-get update
sudo apt-get install --yes --no-install-recommends "${packages[@]}"
# What pkg-config finds is for this machine, unless it is told to look in the other's folders.
{
  echo "PKG_CONFIG_ALLOW_CROSS=1"
  echo "PKG_CONFIG_PATH=/usr/lib/aarch64-linux-gnu/pkgconfig"
} >> "$GITHUB_ENV"
