//! A purchase with the keyboard alone: Tab to get there, Enter and Space to press, and the focus can always be seen.

use crate::page::Page;
use crate::{BUYER, DATASET, PURPOSE, SELLER, somebody};
use bourse::cli::demo::content::PASSWORD;
use fantoccini::key::Key;
use serde_json::{Value, json};

/// How often Tab is pressed at most on the way to something.
const PATIENCE: usize = 120;

/// What has the focus: whether it is what is looked for, whether it can be seen that it has it, and what it is.
const FOCUSED: &str = "
    const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    const seen = style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2
        && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { there: e.matches(arguments[0]), seen, what: e.outerHTML.slice(0, 200) };";

impl Page {
    /// Presses a key where the focus is.
    async fn key(&self, key: &str) {
        self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    }
    /// Goes on with Tab until something has the focus, looking at each stop on the way.
    async fn tab_to(&self, css: &str) {
        for _ in 0..PATIENCE {
            self.key(&Key::Tab).await;
            let stop = self.client.execute(FOCUSED, vec![json!(css)]).await.unwrap();
            if stop["there"] == Value::Bool(true) {
                assert_eq!(stop["seen"], true, "it cannot be seen that this has the focus: {stop}");
                return;
            }
            let own = stop["what"].as_str().unwrap().starts_with("<body");
            assert!(own || stop["seen"] == Value::Bool(true), "the focus is lost on the way to {css}: {stop}");
        }
        panic!("{css} is not reached with the keyboard at {}", self.address().await);
    }
    /// Gets there and presses Enter, which leads on.
    async fn enter(&self, css: &str, then: &str) {
        self.tab_to(css).await;
        let before = self.address().await;
        self.key(&Key::Enter).await;
        self.until_at(then, &format!("Enter on {css} at {before}")).await;
    }
    /// Gets to a field and types.
    async fn types(&self, css: &str, text: &str) {
        self.tab_to(css).await;
        self.key(text).await;
    }
    async fn signs_in_by_keyboard(&self, email: &str) {
        self.open("/sign-in").await;
        self.types("#email", email).await;
        self.types("#password", PASSWORD).await;
        self.key(&Key::Enter).await;
        self.until_at("/inbox", "Enter in the password field").await;
    }
    async fn signs_out_by_keyboard(&self) {
        self.open("/account").await;
        self.enter("form[action='/sign-out'] button", "/datasets").await;
    }
}

/// From the catalogue to the file, as `whole_path` does it with a pointer.
pub async fn purchase(page: Page) {
    let request = ask(&page).await;
    for (organisation, role) in [(BUYER, "approver"), (SELLER, "licensor")] {
        page.signs_in_by_keyboard(somebody(organisation, role)).await;
        page.enter(&format!("main table a[href='{request}']"), &request).await;
        page.enter(&format!("form[action='{request}/approval'] button"), "done=approved").await;
        page.signs_out_by_keyboard().await;
    }
    page.signs_in_by_keyboard(somebody(SELLER, "finance")).await;
    page.open(&request).await;
    page.enter("main a.btn[href^='/orders/']", "/orders/").await;
    page.types("#amount", "50880.00").await;
    page.types("#reference", "TT 20261124-000017").await;
    page.enter("form[action$='/payment'] button", "done=paid").await;
    page.signs_out_by_keyboard().await;

    page.signs_in_by_keyboard(somebody(BUYER, "requester")).await;
    page.open(&request).await;
    page.enter("main a.btn[href^='/grants/']", "/grants/").await;
    page.enter("form[action^='/grants/'][action$='/tokens'] button", "/tokens").await;
    assert_eq!(page.text(".snippet pre").await.trim().split('.').count(), 3, "a token has three parts");
}

/// Finds the dataset and asks for it; the first Tab of a page leads past its head.
async fn ask(page: &Page) -> String {
    page.signs_in_by_keyboard(somebody(BUYER, "requester")).await;
    page.open("/datasets").await;
    page.key(&Key::Tab).await;
    let first = page.client.execute(FOCUSED, vec![json!("a.skip[href='#main']")]).await.unwrap();
    assert_eq!((&first["there"], &first["seen"]), (&json!(true), &json!(true)), "{first}");
    page.types(".find input", "轴承").await;
    page.key(&Key::Enter).await;
    page.until_at("/datasets?q=", "Enter in the search field").await;
    page.enter(&format!(".listing h2 a[href='{DATASET}']"), DATASET).await;
    page.enter("#bill .stub a", "/request?offer=").await;
    // Nothing filled in: the list of faults has the focus, and its link leads to the field.
    page.enter("main form button.primary", "/request").await;
    page.find("[role='alert']").await;
    page.enter("[role='alert'] a[href='#purpose']", "#purpose").await;
    page.key(PURPOSE).await;
    page.tab_to("input[name='accept']").await;
    page.key(" ").await;
    page.enter("main form button.primary", "done=submitted").await;
    assert!(page.text(".deal").await.contains(PURPOSE));
    let address = page.address().await;
    page.signs_out_by_keyboard().await;
    address.split('?').next().unwrap().to_owned()
}
