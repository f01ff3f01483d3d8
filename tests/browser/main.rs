//! Walks through the whole exchange with a real browser and the real program, with scripts and without.
//!
//! Needs chromium and chromedriver; without them the walks are skipped, which they print. One walk at a time:
//! browsers that compete for a small machine's cores miss their deadlines.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod deal;
mod keyboard;
mod machine;
mod page;
mod refusals;
mod uploads;

use bourse::cli::demo::content::{PASSWORD, PEOPLE};
use data_encoding::HEXLOWER;
use machine::{Browser, Demo, Folder, Kind, driver_program};
use page::Page;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

/// Held by the walk that runs.
static TURN: Mutex<()> = Mutex::const_new(());

const BUYER: &str = "haoyue-machine-tools";
const SELLER: &str = "lanjiang-bearing";
const DATASET: &str = "/datasets/lanjiang-bearing/spindle-bearing-run-to-failure";
const PURPOSE: &str = "比较两种包络谱特征在轴承早期失效上的灵敏度";

/// Finds somebody of an organisation by role.
fn somebody(organisation: &str, role: &str) -> &'static str {
    PEOPLE.iter().find(|p| p.organisation == organisation && p.roles.contains(&role)).unwrap().email
}

/// Runs a walk in a fresh exchange with a fresh browser, and takes both down whatever happens.
async fn walk<F>(kind: Kind, steps: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some(program) = driver_program() else { return };
    let _turn = TURN.lock().await;
    let folder = Folder::new();
    let demo = Demo::start(&folder).await;
    let browser = Browser::start(&program, kind, &folder).await;
    let page = Page { client: browser.client.clone(), origin: demo.origin.clone(), kind };
    // In a task of its own, so that the browser is closed after a failure too.
    let outcome = tokio::spawn(steps(page)).await;
    let _ = browser.client.clone().close().await;
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

#[tokio::test]
async fn a_purchase_from_the_catalogue_to_the_file_with_scripts() {
    walk(Kind::Desk, whole_path).await;
}

#[tokio::test]
async fn a_purchase_from_the_catalogue_to_the_file_without_scripts() {
    walk(Kind::NoScripts, whole_path).await;
}

#[tokio::test]
async fn a_purchase_with_the_keyboard_alone() {
    walk(Kind::Desk, keyboard::purchase).await;
}

#[tokio::test]
async fn files_of_a_draft_with_scripts() {
    walk(Kind::Desk, uploads::files_of_a_draft).await;
}

#[tokio::test]
async fn files_of_a_draft_without_scripts() {
    walk(Kind::NoScripts, uploads::files_of_a_draft).await;
}

#[tokio::test]
async fn five_refusals_become_success_without_scripts() {
    walk(Kind::NoScripts, refusals::five_refusals).await;
}

#[tokio::test]
async fn a_whole_deal_with_policy_and_rule_without_scripts() {
    walk(Kind::NoScripts, deal::whole_deal).await;
}

#[tokio::test]
async fn no_page_scrolls_sideways_on_a_phone() {
    walk(Kind::Phone, phone).await;
}

async fn whole_path(page: Page) {
    browse(&page).await;
    look(&page).await;
    let request = ask(&page).await;
    decide(&page, &request).await;
    settle(&page, &request).await;
    use_grant(&page, &request).await;
}

/// The catalogue, a search in Chinese, and a dataset with its tabs.
async fn browse(page: &Page) {
    page.open("/").await;
    assert!(page.address().await.starts_with("/datasets"), "{}", page.address().await);
    page.fill(".find input", "轴承").await;
    page.press(".find button", "/datasets?q=").await;
    assert!(page.has(".listing").await);
    page.press(&format!(".listing h2 a[href='{DATASET}']"), DATASET).await;
    for part in ["files", "sample", "versions"] {
        page.press(&format!(".tabs a[href^='{DATASET}/{part}']"), part).await;
        page.comes_to_show("table tbody tr").await;
    }
    page.open("/datasets").await;
    page.find("input[name='use_case'][value='energy']").await.click().await.unwrap();
    page.press(".facets button[type='submit']", "use_case=energy").await;
    let narrowed = page.client.find_all(fantoccini::Locator::Css(".listing h2 a")).await.unwrap().len();
    assert!(narrowed > 0 && !page.has(&format!("a[href='{DATASET}']")).await, "{narrowed}");
}

/// Language and theme, and whether scripts run as the walk says.
async fn look(page: &Page) {
    page.open("/datasets").await;
    assert_eq!(page.find("html").await.attr("lang").await.unwrap().as_deref(), Some("en"));
    page.find(".foot button[value='zh-CN']").await.click().await.unwrap();
    page.find("html[lang='zh-CN']").await;
    let words = page.text("main").await;
    assert!(words.contains("许可") && words.contains("价格"), "{words}");
    page.open(DATASET).await;
    assert_eq!(page.find("html").await.attr("lang").await.unwrap().as_deref(), Some("zh-CN"), "the choice stays");
    page.find(".foot button[value='en']").await.click().await.unwrap();
    page.find("html[lang='en']").await;

    assert!(!page.has("html[data-theme]").await);
    for theme in ["dark", "light"] {
        page.find(&format!(".foot button[value='{theme}']")).await.click().await.unwrap();
        page.find(&format!("html[data-theme='{theme}']")).await;
    }
    let dark = page.find("body").await.css_value("background-color").await.unwrap();
    page.find(".foot button[value='dark']").await.click().await.unwrap();
    page.find("html[data-theme='dark']").await;
    assert_ne!(dark, page.find("body").await.css_value("background-color").await.unwrap());
    page.find(".foot button[value='auto']").await.click().await.unwrap();
    page.find("html:not([data-theme])").await;
}

/// The buyer asks for the first offer; a mistake is told beside the field. Gives the request's address.
async fn ask(page: &Page) -> String {
    page.sign_in(somebody(BUYER, "requester"), PASSWORD).await;
    page.open(DATASET).await;
    page.press("#bill .stub a", "/request?offer=").await;
    page.press("main form button.primary", "/request").await;
    page.find("[role='alert'] a[href='#purpose']").await;
    page.find("[role='alert'] a[href='#accept']").await;
    page.fill("#purpose", PURPOSE).await;
    page.find("input[name='accept']").await.click().await.unwrap();
    page.press("main form button.primary", "done=submitted").await;
    assert!(page.text(".deal").await.contains(PURPOSE));
    let address = page.address().await;
    page.sign_out().await;
    address.split('?').next().unwrap().to_owned()
}

/// The buyer's approver, then the seller's licensor, each from the own inbox.
async fn decide(page: &Page, request: &str) {
    for (organisation, role) in [(BUYER, "approver"), (SELLER, "licensor")] {
        page.sign_in(somebody(organisation, role), PASSWORD).await;
        page.press(&format!("main table a[href='{request}']"), request).await;
        assert!(page.text(".deal").await.contains(PURPOSE));
        page.press(&format!("form[action='{request}/approval'] button"), "done=approved").await;
        page.open("/inbox").await;
        assert!(!page.has(&format!("main table a[href='{request}']")).await, "decided, yet in the inbox");
        page.sign_out().await;
    }
}

/// The seller's finance records the payment; a wrong amount is refused.
async fn settle(page: &Page, request: &str) {
    page.sign_in(somebody(SELLER, "finance"), PASSWORD).await;
    page.open(request).await;
    page.press("main a.btn[href^='/orders/']", "/orders/").await;
    page.fill("#amount", "50000.00").await;
    page.fill("#reference", "电汇 20261124-000017").await;
    page.press("form[action$='/payment'] button", "/payment").await;
    page.find("[role='alert'] a[href='#amount']").await;
    page.fill("#amount", "50880.00").await;
    page.press("form[action$='/payment'] button", "done=paid").await;
    page.sign_out().await;
}

/// The buyer opens the grant and its receipt, makes a token, and fetches the file with it.
async fn use_grant(page: &Page, request: &str) {
    page.sign_in(somebody(BUYER, "requester"), PASSWORD).await;
    page.open(request).await;
    page.press("main a.btn[href^='/grants/']", "/grants/").await;
    let grant = page.address().await;
    let copy = page.find(".snippet button[data-copy]").await;
    assert_eq!(copy.is_displayed().await.unwrap(), page.kind == Kind::Desk, "scripts run, or not, as the walk says");
    page.press(&format!("main a[href='{grant}/receipt']"), "/receipt").await;
    let receipt = page.text(".deed").await;
    assert!(receipt.contains(PURPOSE) && receipt.contains("数据使用授权凭证"), "{receipt}");

    page.open(&grant).await;
    let row = format!("main table tr:has(a[href^='{grant}/files/'])");
    let file = page.find(&format!("{row} a")).await.prop("href").await.unwrap().unwrap();
    let shown = page.folded_text(&format!("{row} .whole code")).await;
    page.press(&format!("form[action='{grant}/tokens'] button"), "/tokens").await;
    let token = page.text(".snippet pre").await;
    assert_eq!(token.trim().split('.').count(), 3, "a token has three parts");

    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let without = client.get(&file).send().await.unwrap().status();
    assert_eq!(without, 303, "without a token: on to the sign-in page");
    let answer = client.get(&file).bearer_auth(token.trim()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "with the token");
    let sum = HEXLOWER.encode(&Sha256::digest(answer.bytes().await.unwrap()));
    assert_eq!(sum, shown.trim(), "the file is what the page says");
}

/// The main pages fit on 390 pixels, also those of somebody who is signed in.
async fn phone(page: Page) {
    fits(
        &page,
        &["/datasets", DATASET, "/datasets?q=%E8%BD%B4%E6%89%BF", "/sign-in", "/sign-up", "/licences", "/help"],
    )
    .await;
    for tab in ["files", "sample", "versions"] {
        fits(&page, &[&format!("{DATASET}/{tab}")]).await;
    }
    page.sign_in(somebody(BUYER, "approver"), PASSWORD).await;
    fits(
        &page,
        &[
            "/inbox",
            "/requests",
            "/orders",
            "/grants",
            "/sell",
            "/organisations",
            "/account",
            "/account/sessions",
            "/account/keys",
        ],
    )
    .await;
    for (list, kind) in [("/requests", "/requests/"), ("/grants", "/grants/"), ("/orders", "/orders/")] {
        page.open(list).await;
        let first = page.find(&format!("main table a[href^='{kind}']")).await.attr("href").await.unwrap().unwrap();
        fits(&page, &[&first]).await;
        if kind == "/grants/" {
            fits(&page, &[&format!("{first}/receipt")]).await;
        }
    }
}

/// Opens pages in both languages and compares what they want with what there is.
async fn fits(page: &Page, paths: &[&str]) {
    for path in paths {
        for lang in ["en", "zh-CN"] {
            let sign = if path.contains('?') { '&' } else { '?' };
            page.open(&format!("{path}{sign}lang={lang}")).await;
            let sizes = page
                .client
                .execute("return [document.documentElement.scrollWidth, screen.width]", Vec::new())
                .await
                .unwrap();
            assert_eq!(sizes, json!([390, 390]), "{path} in {lang} scrolls sideways");
        }
    }
}
