//! The description of the API (OpenAPI 3.1), generated from the handlers, and its page.

use super::layout::Frame;
use super::sheet::{Block, Cell, Sheet, Table};
use crate::http::{Answer, Visit, answer};
use crate::routes;
use crate::words;
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi, ToSchema};

routes! {
    get "/api/openapi.json" Anybody => document,
    get "/api/v1" Anybody => page,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bourse API",
        description = "Bearer tokens: an API key of a person (brs_u_...) or an access token of a service account from /oauth/token. Problems are RFC 9457 documents with a stable `code` and, for refusals, `conditions[{code, met, text, who, next}]`."
    ),
    components(schemas(ProblemOut, ConditionOut, FaultOut)),
    paths(
        super::accounts::api::me,
        super::accounts::api::change,
        super::accounts::api::change_password,
        super::accounts::api::change_email,
        super::accounts::api::sessions,
        super::accounts::api::end_session,
        super::accounts::api::end_sessions,
        super::accounts::api::keys,
        super::accounts::api::make_key,
        super::accounts::api::revoke_key,
        super::notices::api::list,
        super::notices::api::read_one,
        super::notices::api::read_all,
        super::notices::api::show,
        super::notices::api::change,
        super::parties::api::list,
        super::parties::api::create,
        super::parties::api::show,
        super::parties::api::change,
        super::parties::api::policy,
        super::parties::api::verify,
        super::parties::absences::list,
        super::parties::absences::name_by_api,
        super::parties::absences::end_by_api,
        super::parties::budgets::list,
        super::parties::budgets::make_by_api,
        super::parties::budgets::change_by_api,
        super::parties::budgets::close_by_api,
        super::parties::reasons::list,
        super::parties::reasons::add_by_api,
        super::parties::reasons::retire_by_api,
        super::parties::mandates::show,
        super::parties::mandates::put,
        super::parties::mandates::end_by_api,
        super::parties::policy::api::show,
        super::parties::policy::api::change,
        super::parties::policy::api::editions,
        super::parties::policy::api::dry_run,
        super::parties::policy::api::show_rules,
        super::parties::policy::api::change_rules,
        super::parties::policy::api::dry_run_rules,
        super::parties::api::people::members,
        super::parties::api::people::set_roles,
        super::parties::api::people::remove,
        super::parties::leaving::by_api,
        super::parties::api::people::invitations,
        super::parties::api::people::invite,
        super::parties::api::people::withdraw,
        super::parties::api::machines::services,
        super::parties::api::machines::make_service,
        super::parties::api::machines::revoke_service,
        super::hooks::api::list,
        super::hooks::api::make,
        super::hooks::api::show,
        super::hooks::api::change,
        super::hooks::api::remove,
        super::hooks::api::rotate,
        super::hooks::api::test,
        super::hooks::api::deliveries,
        super::hooks::api::again,
        super::parties::api::journal,
        super::operator::api::mails,
        super::operator::api::retry_mail,
        super::operator::api::journal,
        super::operator::deals::by_api,
        super::operator::staff::list,
        super::operator::staff::appoint_by_api,
        super::operator::staff::dismiss_by_api,
        super::rules::api::show,
        super::rules::api::change,
        super::rules::api::editions,
        super::rules::api::one,
        super::reviews::api::queue,
        super::reviews::api::show,
        super::reviews::api::approve,
        super::reviews::api::give_back,
        super::reviews::api::take_back,
        super::reviews::api::requests,
        super::datasets::grading::api::show,
        super::datasets::grading::api::grade,
        super::datasets::submission::submit_by_api,
        super::licences::api::list,
        super::licences::api::show,
        super::licences::api::write,
        super::licences::api::versions,
        super::licences::api::presets,
        super::licences::api::preview,
        super::licences::api::build,
        super::licences::compare::by_api,
        super::licences::may::by_api,
        super::licences::may::of_offers,
        super::datasets::api::list,
        super::datasets::api::show,
        super::datasets::api::begin,
        super::datasets::api::change,
        super::datasets::api::withdraw,
        super::datasets::api::relist,
        super::datasets::api::versions::begin_version,
        super::datasets::api::versions::version,
        super::datasets::api::versions::put_file,
        super::datasets::api::versions::remove_file,
        super::datasets::api::versions::publish,
        super::datasets::api::versions::recall,
        super::datasets::releases::api::difference,
        super::datasets::releases::api::manifest,
        super::datasets::releases::api::signature,
        super::datasets::releases::api::deprecate,
        super::datasets::releases::api::restore,
        super::datasets::uploads::api::list,
        super::datasets::uploads::api::cancel,
        super::datasets::uploads::api::storage,
        super::datasets::conformance::api::show,
        super::datasets::conformance::api::declare,
        super::datasets::conformance::api::undeclare,
        super::datasets::lineage::api::show,
        super::datasets::lineage::api::prov_json,
        super::datasets::lineage::api::add_input,
        super::datasets::lineage::api::remove_input,
        super::datasets::lineage::api::add_step,
        super::datasets::lineage::api::remove_step,
        super::datasets::lineage::api::import,
        super::standards::api::list,
        super::standards::api::show,
        super::standards::api::write,
        super::datasets::offers::api::list,
        super::datasets::offers::api::make,
        super::datasets::offers::api::replace,
        super::datasets::offers::api::closing,
        super::datasets::offers::api::close,
        super::datasets::quality::api::rules,
        super::datasets::quality::api::list,
        super::datasets::quality::api::show,
        super::datasets::sample::api::show,
        super::datasets::sample::api::choose,
        super::datasets::wizard::api::rules,
        super::datasets::wizard::api::completeness,
        super::datasets::wizard::api::card,
        super::datasets::wizard::api::change_card,
        super::datasets::wizard::api::versions,
        super::datasets::wizard::api::files,
        super::datasets::columns::api::show,
        super::datasets::columns::api::declare,
        super::datasets::package::export::show,
        super::datasets::package::export::croissant,
        super::datasets::package::import::begin,
        super::datasets::package::import::put,
        super::purchases::api::list,
        super::purchases::inbox::list,
        super::purchases::api::submit,
        super::purchases::api::show,
        super::purchases::api::approve,
        super::purchases::api::refuse,
        super::purchases::api::give_back,
        super::purchases::api::resubmit,
        super::purchases::api::withdraw,
        super::purchases::api::messages,
        super::purchases::api::write,
        super::purchases::api::agreement,
        super::purchases::bulk::decide_by_api,
        super::purchases::negotiation::api::quote,
        super::purchases::negotiation::api::requote,
        super::purchases::negotiation::api::list,
        super::purchases::negotiation::api::propose,
        super::purchases::negotiation::api::agree,
        super::orders::api::list,
        super::orders::api::show,
        super::orders::api::pay,
        super::grants::relicence::api::waiting_by_api,
        super::grants::relicence::api::of_grant_by_api,
        super::grants::relicence::api::accept_by_api,
        super::grants::relicence::api::decline_by_api,
        super::grants::relicence::api::ask_by_api,
        super::grants::api::list,
        super::grants::api::show,
        super::grants::api::manifest,
        super::grants::api::journal,
        super::grants::api::token,
        super::grants::api::revoke,
        super::grants::acts::terminate_by_api,
        super::grants::acts::suspend_by_api,
        super::grants::acts::resume_by_api,
        super::grants::acts::wish_by_api,
        super::grants::evidence::download,
        super::grants::uses::show_by_api,
        super::grants::tokens::own_by_api,
        super::grants::limits::show_by_api,
        super::grants::limits::set_by_api,
        super::grants::limits::narrow_by_api,
        super::grants::limits::free_by_api,
        super::grants::renewal::show_by_api,
        super::grants::renewal::renew_by_api,
        super::grants::verify::validity_by_api,
        super::grants::verify::check_by_api,
        super::grants::tokens::list_by_api,
        super::grants::tokens::roll_by_api,
    )
)]
struct Api;

/// What is said instead of the answer that was asked for (RFC 9457).
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only described here; http::problem writes it")]
struct ProblemOut {
    /// Address of a page that explains the code.
    r#type: String,
    /// What happened, in the reader's language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What that means and what can be done.
    detail: String,
    /// The stable code.
    code: String,
    /// By which the log knows the request.
    request_id: String,
    /// The whole list behind a refusal.
    conditions: Option<Vec<ConditionOut>>,
    /// The fields that do not fit.
    errors: Option<Vec<FaultOut>>,
}

/// One condition of an act.
#[derive(ToSchema)]
#[schema(as = ProblemCondition)]
#[expect(dead_code, reason = "only described here; http::problem writes it")]
struct ConditionOut {
    /// The stable code.
    code: String,
    /// Whether it is met.
    met: bool,
    /// The condition in words.
    text: String,
    /// Who can mend it.
    who: String,
    /// Where.
    next: Option<String>,
}

/// A field that does not fit.
#[derive(ToSchema)]
#[schema(as = ProblemField)]
#[expect(dead_code, reason = "only described here; http::problem writes it")]
struct FaultOut {
    /// The field.
    field: String,
    /// The stable code.
    code: String,
    /// What is wrong, in words.
    message: String,
}

/// Gives the description: that of the handlers, and for each of them the problem document as the answer to all else.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    let body = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
    let problem = ResponseBuilder::new().description("A problem document").content("application/problem+json", body);
    let problem: RefOr<utoipa::openapi::Response> = problem.build().into();
    for item in api.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in methods.into_iter().flatten() {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| problem.clone());
        }
    }
    api
}

async fn document() -> Answer {
    answer::json(&description())
}

async fn page(visit: Visit) -> Answer {
    let say = |key: &str| words::say(visit.lang(), key);
    let text = serde_json::to_value(description()).unwrap_or_default();
    let mut rows = Vec::new();
    for (path, methods) in text.get("paths").and_then(|p| p.as_object()).into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let summary = operation.get("summary").and_then(|s| s.as_str()).unwrap_or_default();
            rows.push(vec![Cell::mono(format!("{} {path}", method.to_uppercase())), Cell::text(summary)]);
        }
    }
    let heads = vec![(say("head-address"), false), (say("head-what"), false)];
    Sheet::new(Frame::titled(&visit, "nav-api"))
        .lead(say("api-lead"))
        .put(Block::Links(vec![
            ("openapi.json".to_owned(), "/api/openapi.json".to_owned(), "primary"),
            (say("nav-help"), crate::urls::HELP.to_owned(), ""),
        ]))
        .put(Block::Table(Table { label: say("nav-api"), heads, rows, ..Table::default() }))
        .answer()
}
