"""Notifiers: what Airflow tells about a task, put into the words of a notice and delivered."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from airflow.sdk import BaseNotifier

from include.domain.approval import Answer
from include.domain.errors import ApprovalExpiredError, GateBlockedError
from include.domain.notice import Notice, approval_pending, approval_refused, gate_closed, promoted, step_failed
from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from include.domain.spec.fields import format_duration
from include.domain.verdict import Verdict
from plugins.delivery import deliver
from plugins.links import task_page, version_page


class ModelNotifier(BaseNotifier):
    """Tells whom the spec names what became of a task; a failure to tell stops nothing.

    :param spec: The model's spec.
    """

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        self.spec = spec

    def notify(self, context: Any) -> None:
        """Put the task's outcome into words, and deliver them."""
        try:
            deliver(self.words(context), self.spec.notify)
        except Exception:
            # A question is told before it is asked: whatever goes wrong here must not keep it from being asked.
            self.log.warning("nobody was told what became of the task", exc_info=True)

    @abstractmethod
    def words(self, context: Any) -> Notice:
        """Return the notice."""


class FailureNotifier(ModelNotifier):
    """Tells that a step failed for good, that a gate let nothing through, or that nobody answered."""

    def words(self, context: Any) -> Notice:
        """Return the notice that fits the error."""
        task, error = context["task"], context.get("exception")
        if isinstance(error, GateBlockedError):
            about = _version(task)
            return gate_closed(self.spec.name, error.verdict, _pages(context), version=about.version if about else None)
        if isinstance(error, ApprovalExpiredError):
            return _refused(self.spec.name, context, Answer(decision="expire"))
        return step_failed(self.spec.name, task.task_id, str(error or ""), _pages(context))


class QuestionNotifier(ModelNotifier):
    """Tells that a version waits for a person."""

    def words(self, context: Any) -> Notice:
        """Return the notice, whose first link opens the form."""
        task = context["task"]
        version = ModelVersionRef.model_validate(task.challenger)
        pages = {"Answer here": f"{task_page(context['ti'])}/required_actions", **_pages(context)}
        until = format_duration(self.spec.promotion.timeout)
        return approval_pending(self.spec.name, version.version, Verdict.model_validate(task.verdict), until, pages)


class PromotionNotifier(ModelNotifier):
    """Tells that a version became champion."""

    def words(self, context: Any) -> Notice:
        """Return the notice."""
        task, ti = context["task"], context["ti"]
        answer = Answer.model_validate(task.answer) if task.answer else None
        verdict = Verdict.model_validate(task.verdict)
        return promoted(
            self.spec.name,
            ModelVersionRef.model_validate(task.challenger).version,
            before=ModelVersionRef.model_validate(task.champion).version if task.champion else None,
            actor=answer.person if answer else f"{ti.dag_id}/{ti.run_id}",
            reason=answer.reason if answer else f"gate {verdict.gate} passed",
            verdict=verdict,
            links=_pages(context),
        )


class RefusalNotifier(ModelNotifier):
    """Tells that a person rejected a version."""

    def words(self, context: Any) -> Notice:
        """Return the notice."""
        return _refused(self.spec.name, context, Answer.model_validate(context["task"].answer))


def _refused(model: str, context: Any, answer: Answer) -> Notice:
    task = context["task"]
    return approval_refused(
        model,
        ModelVersionRef.model_validate(task.challenger).version,
        person=answer.person,
        reason=answer.reason,
        verdict=Verdict.model_validate(task.verdict),
        links=_pages(context),
    )


def _version(task: Any) -> ModelVersionRef | None:
    """Return the version that a task is about; a task that failed early has only the placeholder of it."""
    about = getattr(task, "challenger", None) or getattr(task, "version", None)
    return ModelVersionRef.model_validate(about) if isinstance(about, dict) else None


def _pages(context: Any) -> dict[str, str]:
    """Return where to look: the task in Airflow, and the version in MLflow where the task is about one."""
    pages = {"Task in Airflow": task_page(context["ti"])}
    if about := _version(context["task"]):
        pages["Version in MLflow"] = version_page(about.name, about.version)
    return pages
