//! The endpoints, and a server with limits.

use crate::{
    errors::{Method, Reason},
    state::Facilitator,
    wire::{PaymentRequest, ReceiptsRequest, SettleResponse, Status, VerifyResponse, X402_VERSION},
};
use assay_primitives::address::account_address;
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State},
    http::{header::CONTENT_TYPE, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use serde_json::{json, Value};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    time::{sleep, timeout},
};

/// Most bytes of a request: an offer's receipts with the largest evidence, in hex.
const MAX_BODY: usize = 1024 * 1024;
/// Longest time for a request. x402 clients wait for 90 seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(80);
/// Longest time for a request's head to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for open requests to finish when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Age of the best block from which on the node counts as stuck.
const STUCK: Duration = Duration::from_secs(30);

/// The endpoints.
pub fn router(facilitator: Arc<Facilitator>) -> Router {
    let limit = Arc::new(Semaphore::new(facilitator.config.max_requests));
    Router::new()
        .route("/supported", get(supported))
        .route("/verify", post(verify))
        .route("/settle", post(settle))
        .route("/receipts", post(receipts))
        .layer(middleware::from_fn_with_state(limit, within_limits))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(facilitator)
}

/// Serves until told to stop, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, max_connections: usize, stop: impl Future<Output = ()>) {
    let connections = Arc::new(Semaphore::new(max_connections));
    let graceful = GracefulShutdown::new();
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let room = connections.clone().acquire_owned().await.ok();
            (room, listener.accept().await)
        };
        let (room, stream) = tokio::select! {
            (room, stream) = accepted => (room, stream),
            () = &mut stop => break,
        };
        let Ok((stream, _)) = stream else {
            // Out of file descriptors, most likely: they come back.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _room = room;
            // That a client hangs up is its own business.
            let _ = connection.await;
        });
    }
    let _ = timeout(STOP_TIMEOUT, graceful.shutdown()).await;
}

async fn within_limits(State(limit): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let unavailable = |status| (status, Json(json!({ "error": Reason::Unavailable.word(Method::Eip3009) })));
    let Ok(_room) = limit.try_acquire() else {
        return unavailable(StatusCode::SERVICE_UNAVAILABLE).into_response();
    };
    match timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => unavailable(StatusCode::GATEWAY_TIMEOUT).into_response(),
    }
}

async fn verify(State(facilitator): State<Arc<Facilitator>>, body: Bytes) -> Response {
    let start = Instant::now();
    let (status, response) = match serde_json::from_slice::<PaymentRequest>(&body) {
        Ok(request) => (StatusCode::OK, facilitator.verify(&request).await),
        Err(error) => {
            let invalid_reason = Some(Reason::Payload.word(Method::Eip3009));
            let invalid_message = Some(error.to_string());
            (StatusCode::BAD_REQUEST, VerifyResponse { invalid_reason, invalid_message, ..Default::default() })
        }
    };
    let outcome = if response.is_valid { "valid" } else { "invalid" };
    tracing::debug!(outcome, reason = response.invalid_reason, payer = ?response.payer, "verify");
    facilitator.metrics.count("verify", outcome, start.elapsed());
    (status, Json(response)).into_response()
}

async fn settle(State(facilitator): State<Arc<Facilitator>>, body: Bytes) -> Response {
    let start = Instant::now();
    let (status, response) = match serde_json::from_slice::<PaymentRequest>(&body) {
        Ok(request) => (StatusCode::OK, facilitator.settle(&request).await),
        Err(error) => {
            let response = SettleResponse {
                network: facilitator.network.clone(),
                error_reason: Some(Reason::Payload.word(Method::Eip3009)),
                error_message: Some(error.to_string()),
                ..Default::default()
            };
            (StatusCode::BAD_REQUEST, response)
        }
    };
    let pending = Some(Reason::Pending.word(Method::Eip3009));
    let outcome = match response.success {
        true => "settled",
        false if response.error_reason == pending => "pending",
        false => "failed",
    };
    tracing::debug!(outcome, reason = response.error_reason, payment = response.transaction, "settle");
    facilitator.metrics.count("settle", outcome, start.elapsed());
    (status, Json(response)).into_response()
}

async fn receipts(State(facilitator): State<Arc<Facilitator>>, body: Bytes) -> Response {
    let start = Instant::now();
    let request = match serde_json::from_slice::<ReceiptsRequest>(&body) {
        Ok(request) => request,
        Err(error) => {
            facilitator.metrics.count("receipts", "failed", start.elapsed());
            let body = json!({
                "status": Status::Failed,
                "missing": [],
                "error": Reason::Payload.word(Method::Eip3009),
                "message": error.to_string(),
            });
            return (StatusCode::BAD_REQUEST, Json(body)).into_response();
        }
    };
    let response = facilitator.receipts(request).await;
    let outcome = match response.status {
        Status::Pending => "pending",
        Status::Settled | Status::Finalized => "settled",
        Status::Failed => "failed",
    };
    tracing::debug!(outcome, error = response.error, payment = ?response.payment, "receipts");
    facilitator.metrics.count("receipts", outcome, start.elapsed());
    Json(response).into_response()
}

async fn supported(State(facilitator): State<Arc<Facilitator>>) -> Response {
    match describe(&facilitator).await {
        Ok(body) => Json(body).into_response(),
        Err(error) => {
            let body = json!({ "error": Reason::Unavailable.word(Method::Eip3009), "message": error.to_string() });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

/// What is supported, and what servers and clients want to know to make offers and receipts.
async fn describe(facilitator: &Facilitator) -> Result<Value, assay_client::Error> {
    let at = facilitator.chain.best().await?;
    let (terms, tokens) = (at.chain_terms().await?, at.tokens().await?);
    let address = account_address(facilitator.submitter.account());
    let tokens: Vec<Value> = tokens
        .iter()
        .map(|token| {
            json!({
                "id": token.asset,
                "address": token.address,
                "name": String::from_utf8_lossy(&token.name),
                "version": String::from_utf8_lossy(&token.version),
            })
        })
        .collect();
    Ok(json!({
        "kinds": [{
            "x402Version": X402_VERSION,
            "scheme": "exact",
            "network": facilitator.network,
            "extra": {
                "facilitatorAddress": address,
                "assay": {
                    "domain": { "name": "Assay", "version": "1", "chainId": terms.chain_id, "salt": terms.genesis },
                    "tokens": tokens,
                    "minDeliverySeconds": terms.min_delivery,
                    "maxDeliverySeconds": terms.max_delivery,
                    "horizonSeconds": terms.horizon,
                    "feePartsPerMillion": terms.fee.deconstruct(),
                },
            },
        }],
        "extensions": [],
        "signers": { "eip155:*": [address] },
    }))
}

async fn health(State(facilitator): State<Arc<Facilitator>>) -> Response {
    let heads = facilitator.levels().heads;
    let age = heads.heard.elapsed();
    let healthy = heads.connected && age < STUCK;
    let body = json!({
        "status": if healthy { "ok" } else { "unhealthy" },
        "network": facilitator.network,
        "genesis": facilitator.domain.genesis,
        "connected": heads.connected,
        "best": heads.best.number,
        "finalized": heads.finalized.number,
        "lastBlockAgeSeconds": age.as_secs(),
    });
    (if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(body)).into_response()
}

async fn metrics(State(facilitator): State<Arc<Facilitator>>) -> Response {
    match facilitator.metrics.render(facilitator.levels()) {
        Ok(text) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
