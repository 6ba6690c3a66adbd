"""When, where and how eight kets jump."""
