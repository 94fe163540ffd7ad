#!/bin/sh
# Bring what the tests need from the system: Chromium, Chinese fonts, Java for Apache Spark, PostgreSQL's programs.
# Installs with apt-get where that is allowed, else says exactly what to install and fails.
set -eu

missing=
need() { missing="$missing $1"; }

has_chromium() {
    [ -x "${MINGCHA_CHROMIUM:-}" ] && return
    command -v chromium || command -v chromium-browser || command -v google-chrome
}

has_initdb() {
    command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb
}

has_java() { java -version 2>&1 | grep -q version; }

has_chinese_fonts() { fc-list :lang=zh-cn 2>/dev/null | grep -q .; }

has_chromium >/dev/null || need chromium
has_chinese_fonts || need "fontconfig fonts-noto-cjk"
has_initdb >/dev/null 2>&1 || need postgresql
has_java || need default-jre-headless
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "请先安装 · please install first:$missing （名称依 Debian，names as in Debian）" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "请先安装 · please install first:  sudo apt-get install$missing" >&2
    exit 1
fi

printf '\033[1m==> %s\033[0m\n' "安装测试所需的系统软件 · installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the list is meant to be split
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
