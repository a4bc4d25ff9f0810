#!/bin/sh
set -e
echo "made by a script" >/made
