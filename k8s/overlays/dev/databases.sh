#!/bin/bash
# One database for each service, owned by a role of its own that owns nothing else; the service makes its tables itself.
# Runs once, in the first start of the server.
set -euo pipefail

for service in authorisation catalogue exchange audit; do
  psql -v ON_ERROR_STOP=1 -U postgres -d postgres -v name=$service -v password="$(cat /run/secrets/$service)" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
\connect :"name"
ALTER SCHEMA public OWNER TO :"name";
SQL
done

# Every answer is read with a role that may only read.
psql -v ON_ERROR_STOP=1 -U postgres -d exchange -v password="$(cat /run/secrets/exchange-reader)" <<'SQL'
CREATE ROLE exchange_reader LOGIN PASSWORD :'password';
ALTER ROLE exchange_reader SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE exchange TO exchange_reader;
GRANT USAGE ON SCHEMA public TO exchange_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE exchange IN SCHEMA public GRANT SELECT ON TABLES TO exchange_reader;
SQL
