"""People who sign in. What they do in an organisation is a membership, upstairs."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person with this address (stored in lower case) and password (None: unusable)."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A member of the platform team with every right."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by one e-mail address.

    `time_zone` says when their mornings are; empty for that of the places they act for.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="fr"
    )
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, default="")
    is_facilitator = models.BooleanField(_("facilitator"), default=False)
    is_staff = models.BooleanField(_("platform team"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        """The name the person chose, else the address."""
        return str(self)

    def get_short_name(self) -> str:
        """The same: PHARE does not guess which part of a name is the first one."""
        return str(self)
