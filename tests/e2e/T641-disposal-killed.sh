#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 42: an executing disposal that is killed; the short form of tests/faults/disposal-sweep.
# time-limit: 300
exec tests/faults/disposal-sweep --dossiers 40 --kills 8 --seed 7
