//! The public check of a receipt: by its number, by its identifier, or the whole receipt pasted. It tells validity only.

use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Query, Typed, Visit, answer, see_other};
use crate::market::grants::{self, Validity};
use crate::market::signing;
use crate::routes;
use crate::urls;
use crate::web::accounts::forms::fault;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Fields, FormView, Mark, Sheet};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/verify" Anybody => page,
    post "/verify" Anybody => check,
    get "/api/v1/receipts/{receipt}/validity" Anybody => validity_by_api,
    post "/api/v1/verification" Anybody => check_by_api,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReceiptQuery {
    receipt: String,
}

/// A number, or a whole receipt in either form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CheckTyped {
    receipt: String,
}
impl Typed for CheckTyped {}

async fn ask(visit: &Visit, named: String) -> Result<(Validity, Option<String>), Problem> {
    let now = visit.now();
    visit.site.db.read(move |tx| Ok::<_, Problem>(grants::validity(tx, &named, now)?)).await
}

/// The identifier that a pasted text leads to: that of a receipt whose signature is ours, or the number itself.
fn named(visit: &Visit, text: &str) -> Option<String> {
    let text = text.trim();
    if !text.contains('.') {
        return (1..=80).contains(&text.len()).then(|| text.to_owned());
    }
    let signed = signing::verify_any(&visit.site.signing, text).ok()?;
    signed.receipt()?.get("jti")?.as_str().map(str::to_owned)
}

const fn looks(validity: Validity) -> (&'static str, &'static str) {
    match validity {
        Validity::Upcoming => ("wait", "clock"),
        Validity::Valid => ("ok", "check"),
        Validity::Suspended => ("warn", "pause"),
        Validity::Ended => ("plain", "clock"),
        Validity::Revoked => ("bad", "ban"),
        Validity::Unknown => ("bad", "cross"),
    }
}

fn sheet(visit: &Visit, typed: &str, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let form = FormView {
        action: urls::VERIFY.to_owned(),
        fields: Fields::new(lang, faults).field("receipt", "area", typed).done(),
        button: say("check-receipt"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(Frame::titled(visit, "verify-title"))
        .lead(say("check-receipt-lead"))
        .faulty(faults)
        .put(Block::Form(form))
}

async fn page(visit: Visit, Query(query): Query<ReceiptQuery>) -> Answer {
    if query.receipt.trim().is_empty() {
        return sheet(&visit, "", &[]).answer();
    }
    let asked: String = query.receipt.trim().chars().take(80).collect();
    let (validity, number) = ask(&visit, asked.clone()).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let (class, icon) = looks(validity);
    let text = say(&words::key("validity", validity.as_str()));
    let why = say(&words::key("validity-text", validity.as_str()));
    let known = number.unwrap_or_else(|| asked.clone());
    let mut shown = sheet(&visit, &asked, &[]).mark(Mark { class, icon, text });
    let rows = vec![
        (say("receipt"), Cell::mono(known)),
        (say("validity"), Cell::text(why)),
        (say("as-of"), Cell::time(lang, visit.now())),
    ];
    shown.blocks.insert(0, Block::Pairs(rows));
    shown.answer()
}

async fn check(visit: Visit, form: Form<CheckTyped>) -> Answer {
    match named(&visit, &form.typed.receipt) {
        Some(named) => Ok(see_other(urls::verify(&named))),
        None => sheet(&visit, &form.typed.receipt, &[fault("receipt", "fault-receipt")]).answer(),
    }
}

/// Whether a receipt is good.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValidityOut {
    /// The number of the receipt, when it is one of ours.
    number: Option<String>,
    /// `upcoming`, `valid`, `suspended`, `ended`, `revoked`, `unknown`.
    validity: &'static str,
    /// The instant for which this holds.
    as_of: String,
}

fn out(visit: &Visit, (validity, number): (Validity, Option<String>)) -> ValidityOut {
    ValidityOut { number, validity: validity.as_str(), as_of: visit.now().rfc3339() }
}

/// Whether the receipt of a number or identifier is good now. It says nothing about parties, goods or price.
#[utoipa::path(get, path = "/api/v1/receipts/{receipt}/validity", tag = "grants", params(("receipt" = String, Path)), responses((status = 200, body = ValidityOut)))]
pub(crate) async fn validity_by_api(visit: Visit, Path(named): Path<String>) -> Answer {
    let found = ask(&visit, named.chars().take(80).collect()).await?;
    answer::json(&out(&visit, found))
}

/// A receipt to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// The whole receipt, as JWS or as Verifiable Credential.
    pub receipt: String,
}

/// Checks the signature of a whole receipt and tells whether it is good now; 422 when the signature is not ours.
#[utoipa::path(post, path = "/api/v1/verification", tag = "grants", request_body = CheckIn, responses((status = 200, body = ValidityOut), (status = 422)))]
pub(crate) async fn check_by_api(visit: Visit, body: Json<CheckIn>) -> Answer {
    let Some(named) = named(&visit, &body.value.receipt) else {
        return Err(Problem::invalid(vec![fault("receipt", "fault-receipt")]));
    };
    let found = ask(&visit, named).await?;
    answer::json(&out(&visit, found))
}
