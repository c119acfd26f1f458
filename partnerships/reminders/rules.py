"""When something that waits is worth a reminder."""

from datetime import timedelta

PROFILE_AFTER = 3  # working days after an organisation was created
EVALUATION_AFTER = timedelta(days=14)  # after the questionnaire was opened
