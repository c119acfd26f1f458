"""The team's view of mail: what went wrong first, and one deed, sending again."""

from django.contrib import admin, messages
from django.db.models import Case, OrderBy, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from phare_platform.accounts.http import UserRequest
from phare_platform.lib.admin import ReadOnlyAdmin
from phare_platform.outbox import events, services
from phare_platform.outbox.enums import TROUBLED, MessageKind
from phare_platform.outbox.models import DeliveryEvent, Message, Suppression, Unsubscription

TROUBLE_FIRST = OrderBy(Case(When(status__in=TROUBLED, then=Value(0)), default=Value(1)))


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages, those in trouble first. Words of security messages stay hidden: they open doors."""

    list_display = ["created_at", "to", "subject", "kind", "status", "attempts", "last_error"]
    list_filter = ["status", "kind", "created_at"]
    search_fields = ["to", "dedupe_key", "message_id"]
    fields = [
        *["to", "language", "subject", "kind", "status", "attempts", "last_error"],
        *["created_at", "not_before", "lease_until", "sent_at"],
        *["dedupe_key", "message_id", "headers", "words"],
    ]
    actions = ["send_again"]

    def get_ordering(self, request: HttpRequest) -> list[OrderBy | str]:  # type: ignore[override]
        """Trouble first, then the newest."""
        return [TROUBLE_FIRST, "-pk"]

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may change messages may send them again, and nothing more."""
        return request.user.has_perm("outbox.change_message")

    @admin.display(description=_("text"))
    def words(self, message: Message) -> str:
        """The text part, except where it holds a code or a link that opens an account."""
        if message.kind == MessageKind.SECURITY:
            return str(_("Hidden: it may open the account of this person."))
        return message.text

    @admin.action(description=_("Send again (what is in trouble or held)"), permissions=["send"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        """Give the chosen messages new attempts."""
        for message in chosen.troubled():  # type: ignore[attr-defined]
            self.log_change(request, message, "send again")
        count = services.send_again(chosen)
        told = ngettext(
            "%(n)d message will be sent again.", "%(n)d messages will be sent again.", count
        )
        self.message_user(request, told % {"n": count}, messages.SUCCESS)


@admin.register(Unsubscription)
class UnsubscriptionAdmin(ReadOnlyAdmin):
    """Who wants no messages of which kind."""

    list_display = ["created_at", "address", "kind"]
    list_filter = ["kind"]
    search_fields = ["address"]
    ordering = ["-created_at", "-pk"]


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(ReadOnlyAdmin):
    """What providers told us."""

    list_display = ["at", "address", "kind", "permanent", "words"]
    list_filter = ["kind", "permanent", "at"]
    search_fields = ["address", "event_id"]
    ordering = ["-at", "-pk"]


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that get nothing but account security, and the deed of lifting that."""

    list_display = ["address", "reason", "since", "note", "lifted_at", "lifted_by"]
    list_filter = ["reason", ("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["lifted_by"]
    search_fields = ["address"]
    ordering = ["-since", "-pk"]
    actions = ["lift"]

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Who may change suppressions may lift them, and nothing more."""
        return request.user.has_perm("outbox.change_suppression")

    @admin.action(description=_("Send messages to these addresses again"), permissions=["lift"])
    def lift(self, request: UserRequest, chosen: QuerySet[Suppression]) -> None:
        """Lift what stands; what bounces again is suppressed again."""
        count = 0
        for suppression in chosen:
            if events.lift(suppression.address, by=request.user):
                self.log_change(request, suppression, "lifted")
                count += 1
        told = ngettext(
            "%(n)d address gets messages again.", "%(n)d addresses get messages again.", count
        )
        self.message_user(request, told % {"n": count}, messages.SUCCESS)
