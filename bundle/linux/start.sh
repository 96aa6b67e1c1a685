#!/bin/sh
# ./start.sh         正式站点：第一次问县名，以后直接打开。 / The real site: asks for the county once, then serves it.
# ./start.sh demo    演示县，另放一处。 / The demo county, in a place of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = demo ]; then
  shift
  QISONG_DATA="$here/demo-data" exec sh "$here/qisong.sh" demo "$@"
fi
export QISONG_DATA="${QISONG_DATA:-$here/data}"
if [ ! -e "$QISONG_DATA/qisong.sqlite3" ] && [ -z "${DATABASE_URL:-}" ]; then
  printf '县级组织名称 / name of the county: '; read -r county
  printf '代码 / its code: '; read -r code
  printf '您的姓名 / your name: '; read -r name
  sh "$here/qisong.sh" init --county "$county" --code "$code"
  sh "$here/qisong.sh" account --name "$name" --role office --unit "$code"
fi
exec sh "$here/qisong.sh" serve "$@"
