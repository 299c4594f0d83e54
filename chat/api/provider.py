"""``GET /api/provider/info``: the configured model and engine."""

from ninja import Router

from chat.api.auth import ApiRequest
from chat.api.schemas import ErrorOut, ProviderOut
from chat.engine.providers.language_model import provider_info

router = Router()


@router.get(
    "/provider/info",
    response={200: ProviderOut, 401: ErrorOut, 429: ErrorOut},
    summary="Which model answers, by which engine and adapter",
)
def info(request: ApiRequest) -> ProviderOut:
    """Says what is configured; it does not call the provider."""
    return ProviderOut.model_validate(provider_info())
