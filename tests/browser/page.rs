//! What a person does with a page: look, follow, type, press. Everything waits, and gives up after 20 seconds.

use crate::machine::Kind;
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// A browser on one exchange.
pub struct Page {
    /// The connection.
    pub client: Client,
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    /// How the browser is set up.
    pub kind: Kind,
}

impl Page {
    /// Opens an address of the exchange.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.unwrap_or_else(|e| panic!("open {path}: {e}"));
    }
    /// Gives path and query of the address.
    pub async fn address(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.origin).unwrap_or(url.as_str()).to_owned()
    }
    /// Finds an element, waiting for it.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}\n{}", self.described().await),
        }
    }
    /// Says whether an element is there now.
    pub async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
    }
    /// Loads the page again and again until it shows what a job in the background makes; at most a minute.
    pub async fn comes_to_show(&self, css: &str) {
        for _ in 0..120 {
            if self.has(css).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.client.refresh().await.unwrap();
        }
        panic!("{css} never came\n{}", self.described().await);
    }
    /// Gives the words of an element.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }
    /// Gives all words inside of an element, also those that are folded away.
    pub async fn folded_text(&self, css: &str) -> String {
        self.find(css).await.prop("textContent").await.unwrap().unwrap()
    }
    /// Types into a field in place of what stands there.
    pub async fn fill(&self, css: &str, value: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap_or_else(|e| panic!("type into {css}: {e}"));
    }
    /// Presses a button or link, and waits until the address holds `then`.
    pub async fn press(&self, css: &str, then: &str) {
        let before = self.address().await;
        self.find(css).await.click().await.unwrap_or_else(|e| panic!("press {css} at {before}: {e}"));
        self.until_at(then, &format!("pressed {css} at {before}")).await;
    }
    /// Waits until the address holds a text.
    pub async fn until_at(&self, part: &str, what: &str) {
        for _ in 0..200 {
            if self.address().await.contains(part) {
                return;
            }
            tokio::time::sleep(PATIENCE / 200).await;
        }
        panic!("{what}: the address never held {part}\n{}", self.described().await);
    }
    /// Says where the browser is and what it shows, for a failure.
    async fn described(&self) -> String {
        let words = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        format!("at {}:\n{words}", self.address().await)
    }
    /// Signs in, and sees that the page says so.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.open("/sign-in").await;
        self.fill("#email", email).await;
        self.fill("#password", password).await;
        self.press("form[action='/sign-in'] button", "/inbox").await;
    }
    /// Signs out, and sees that the own pages are closed.
    pub async fn sign_out(&self) {
        self.open("/account").await;
        self.press("form[action='/sign-out'] button", "/datasets").await;
        self.open("/inbox").await;
        assert!(self.address().await.starts_with("/sign-in"), "signed out, yet at {}", self.address().await);
    }
}
