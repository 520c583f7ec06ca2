#!/bin/sh
# ssh calls this with what it wants to ask, see SSH_ASKPASS in ssh(1); the program that has called ssh answers.
exec "$PROOG_ASKPASS_NODE" "$PROOG_ASKPASS_PROGRAM" __askpass "$1"
