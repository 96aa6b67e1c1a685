#!/bin/sh
# 七送的任何一条命令，例如 ./qisong.sh doctor。 / Any command of Qisong, such as ./qisong.sh doctor.
# 第一次运行时在本文件夹里建环境，不联网，不需要 root。 / The first run builds the environment here: no network, no root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export QISONG_DATA="${QISONG_DATA:-$here/data}"
new_enough='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

if [ ! -e "$here/env/.ready" ]; then
  python=
  for name in python3.12 python3.11 python3.13 python3; do
    if "$name" -c "$new_enough" 2>/dev/null; then python=$name; break; fi
  done
  if [ -z "$python" ]; then
    echo '需要 Python 3.11、3.12 或 3.13。 / Python 3.11, 3.12 or 3.13 is needed.' >&2
    exit 1
  fi
  rm -rf "$here/env"
  if ! "$python" -m venv "$here/env"; then
    echo '缺少 venv（Debian：apt-get install python3-venv）。 / venv is missing (Debian: apt-get install python3-venv).' >&2
    exit 1
  fi
  "$here/env/bin/python" -m pip --disable-pip-version-check --quiet install --no-index --no-deps "$here"/wheels/*-none-any.whl
  # Of the rest there is a file for each Python; pip takes the one that fits.
  for wheel in "$here"/wheels/*manylinux*.whl; do basename "$wheel" | cut -d- -f1,2 | tr - =; done | sed 's/=/==/' | sort -u > "$here/env/rest.txt"
  "$here/env/bin/python" -m pip --disable-pip-version-check --quiet install --no-index --no-deps --find-links "$here/wheels" -r "$here/env/rest.txt"
  touch "$here/env/.ready"
fi
exec "$here/env/bin/qisong" "$@"
