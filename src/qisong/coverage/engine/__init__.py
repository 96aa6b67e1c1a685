"""Who is owed what and who has received it, as bits: pure, in numpy, without a database."""
