"""The show on disk: the SQLite file, its versions and migrations, the JSON form and the secrets file."""
