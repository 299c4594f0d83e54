"""``GET /api/health`` for load balancers and operators; needs no authentication."""

from django.http import HttpRequest
from ninja import Router, Status

from chat.api.schemas import CheckOut, HealthOut
from chat.engine.worker.health import health

router = Router()


@router.get(
    "/health",
    auth=None,
    response={200: HealthOut, 503: HealthOut},
    summary="Whether questions can be answered now",
)
async def health_now(request: HttpRequest) -> Status[HealthOut]:
    """200 only if database, log, worker and provider configuration are well; each is named."""
    checks = {name: CheckOut.model_validate(check) for name, check in (await health()).items()}
    ok = all(check.ok for check in checks.values())
    return Status(200 if ok else 503, HealthOut(ok=ok, checks=checks))
