#!/bin/sh
# Runs once, when the PostgreSQL volume is empty: n8n gets a login and a database of its own beside ours.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
-- Not an argument: those show in the list of processes.
\getenv password N8N_DB_PASSWORD
create role n8n login password :'password';
create database n8n owner n8n;
SQL
