-- One database for each service; the service makes its tables itself.
CREATE DATABASE authorisation;
CREATE DATABASE catalogue;
CREATE DATABASE exchange;
CREATE DATABASE audit;
