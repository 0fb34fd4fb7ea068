"""The seed's design as a twin: FastAPI, SQLAlchemy over SQLite, one row and one background task for each webhook.

Usage: python app.py <database file>. Prints its port. It verifies and parses as little as the original did: the
difference to the product is in how a delivery is stored before it is acknowledged.
"""

import hashlib
import hmac
import json
import socket
import sys
from datetime import datetime, timezone

import uvicorn
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from sqlalchemy import DateTime, ForeignKey, String, Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

SECRET = b"bench-secret"
engine = create_engine(f"sqlite:///{sys.argv[1]}", connect_args={"check_same_thread": False, "timeout": 30})
SessionLocal = sessionmaker(bind=engine, autoflush=False)


def now() -> datetime:
    return datetime.now(timezone.utc)


class Base(DeclarativeBase):
    pass


class WebhookEvent(Base):
    __tablename__ = "webhook_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(20), index=True)
    event_type: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="received", index=True)
    received_at: Mapped[datetime] = mapped_column(DateTime, default=now)


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_events.id"), index=True)
    action: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(DateTime, default=now)


Base.metadata.create_all(engine)
app = FastAPI()


def process_event(event_id: int) -> None:
    """What the original does after the answer, without its calls to other services."""
    with SessionLocal() as db:
        event = db.get(WebhookEvent, event_id)
        event.status = "processed"
        db.add(AuditEntry(event_id=event.id, action="processed"))
        db.commit()


@app.post("/webhooks/jira", status_code=202)
async def jira_webhook(request: Request, tasks: BackgroundTasks):
    raw = await request.body()
    expected = "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("x-hub-signature", "")):
        raise HTTPException(status_code=401)
    body = json.loads(raw)
    with SessionLocal() as db:
        event = WebhookEvent(source="jira", event_type=body["webhookEvent"], payload=raw.decode())
        db.add(event)
        db.commit()
        event_id = event.id
    tasks.add_task(process_event, event_id)
    return {"status": "accepted", "id": event_id}


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
