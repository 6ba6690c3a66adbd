"""What is done with runs: compared, run again, put on one page."""
