//! Random histories of requests against a model: whoever does whatever in whichever state and at whatever time, the exchange
//! and the model agree on what happens, on what is held of the budget, and on what a machine used of its month, on both
//! databases. `BOURSE_TEST_HISTORIES` says how many of each kind, `BOURSE_TEST_SEED` repeats one run.

mod model;

use crate::approval::{Scene, step};
use crate::support::trade::{Offered, asking};
use crate::support::{Said, Visitor, said, variable};
use bourse::jobs;
use bourse::market::accounts::Office;
use model::{ACTS, Model, Now, PEOPLE, PER_MONTH, PER_REQUEST, Purse, Rules, State, What, Who};
use reqwest::Method;
use serde_json::{Value, json};

/// Numbers that a seed decides (SplitMix64).
struct Dice(u64);
impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below).unwrap()).unwrap()
    }
}

/// A scene with everybody whom the model knows.
struct Stage {
    scene: Scene,
    rules: Rules,
    /// Paid later, paid before, without a price.
    offers: [Offered; 3],
    machine: (String, String),
    budget: String,
    away_until: String,
}

fn name_of(who: Who) -> String {
    match who {
        Who::Requester => "Founder of buyer".to_owned(),
        Who::Licensor(0) => "Founder of seller".to_owned(),
        Who::Licensor(_) => "Licensor".to_owned(),
        Who::Approver(n) => format!("Approver {n}"),
        Who::Delegate => "Delegate".to_owned(),
        Who::Chief => "Chief".to_owned(),
        Who::Answerer => "Answerer".to_owned(),
        Who::Signatory => "Signatory".to_owned(),
        Who::Officer => "Officer".to_owned(),
        Who::Stranger => "Stranger".to_owned(),
    }
}

impl Stage {
    async fn set(rules: Rules) -> Self {
        let scene = Scene::set().await;
        if rules.compliance {
            let operator = scene.exchange.signs_in_again("Operator");
            crate::gate::rules(&operator, |r| r["levels"][0]["compliance_purchase"] = json!(true)).await.is(200);
        }
        scene.exchange.officer("Officer", Office::Compliance);
        scene.exchange.person("Stranger");
        for n in 0..3 {
            scene.joins(&format!("Approver {n}"), &["approver"]).await;
        }
        let chief = scene.joins("Chief", &["auditor"]).await.id().await;
        let answerer = scene.joins("Answerer", &["auditor"]).await.id().await;
        let delegate = scene.joins("Delegate", &["auditor"]).await.id().await;
        scene.joins("Signatory", &["signatory"]).await;
        scene.exchange.joins(&scene.seller, "seller", "Licensor", &["licensor"]).await;
        let mut steps = vec![step("Pair", 1, 2), step("Dear", 2, 1)];
        steps[1]["when"] = json!({"amount_over": {"amount_minor": 150_000, "currency": "EUR"}});
        steps[1]["members"] = json!([chief]);
        if rules.signature {
            steps.push(step("Signature", 1, 1));
            steps[2]["kind"] = json!("sign");
        }
        for step in &mut steps {
            step["due_days"] = json!(30);
        }
        scene.buyer.rules_by("buyer", json!({"steps": steps})).await.is(200);
        scene.seller.sells_by("seller", json!({"licensing": {"need": 2, "due_days": 30}})).await.is(200);
        let now = scene.exchange.site.clock.now();
        let day = |days: i64| now.plus_days(days).civil("%Y-%m-%d");
        let away = json!({"delegate": delegate, "from": day(0), "until": day(60)});
        scene.exchange.signs_in_again("Approver 0").tell("/organisations/buyer/delegates", away).await.is(201);
        let budget =
            json!({"cost_centre": "RD-1", "amount": "1.00", "currency": "EUR", "from": day(-1), "until": day(9_000)});
        let budget = scene.buyer.tell("/organisations/buyer/budgets", budget).await.is(201).text("id");
        let machine = scene.buyer.makes_service("buyer", &["read", "purchase"]).await;
        let mandate = json!({
            "licences": ["standard"], "levels": ["general"], "answers": answerer, "per_month_minor": PER_MONTH,
            "per_request": {"amount_minor": PER_REQUEST, "currency": "EUR"},
        });
        let at = format!("/organisations/buyer/service-accounts/{}/mandate", machine.0);
        scene.buyer.puts(&at, 0, mandate).await.is(204);
        let offer = |more: Value| {
            let mut body = crate::deals::offer(json!({"quote_days": "5"}));
            more.as_object().unwrap().iter().for_each(|(k, v)| body[k] = v.clone());
            body
        };
        let code = "LicenseRef-Bourse-Internal-Analytics";
        let make = async |more: Value| scene.seller.offers(&scene.listed, code, offer(more)).await;
        let offers = [
            make(json!({"price": "1000.00"})).await,
            make(json!({"price": "1000.00", "payment": "prepaid"})).await,
            make(json!({"plan": "on_request"})).await,
        ];
        Self { away_until: day(60), scene, rules, offers, machine, budget }
    }
    fn now(&self) -> Now {
        let now = self.scene.exchange.site.clock.now();
        let delegated = now.civil("%Y-%m-%d") <= self.away_until;
        Now { seconds: now.seconds(), month: now.civil("%Y-%m"), delegated }
    }
    fn visitor(&self, who: Who) -> Visitor {
        self.scene.exchange.signs_in_again(&name_of(who))
    }
    async fn waits(&self, days: i64) {
        self.scene.exchange.site.clock.advance(days * 86_400);
        jobs::round(&self.scene.exchange.site).await.unwrap();
    }
    async fn budget(&self) -> Value {
        let list = self.visitor(Who::Requester).read("/organisations/buyer/budgets").await.is(200);
        list.body["items"][0].clone()
    }
    /// Leaves little room in the budget: enough for one request, not for the dearest counter-offer.
    async fn refills(&self, purse: &mut Purse) {
        purse.amount = purse.reserved + purse.spent + 300_000;
        let text = format!("{}.{:02}", purse.amount / 100, purse.amount % 100);
        let at = format!("/organisations/buyer/budgets/{}", self.budget);
        let seen = self.budget().await["revision"].as_i64().unwrap();
        let body = json!({"amount": text, "currency": "EUR"});
        self.visitor(Who::Requester).puts(&at, seen, body).await.is(204);
    }
    /// Tries something, and gives the status.
    async fn tries(&self, id: &str, who: Who, what: What, model: &Model) -> u16 {
        let visitor = self.visitor(who);
        let seen = self.visitor(Who::Requester).read(&format!("/requests/{id}")).await.is(200);
        let revision = seen.body["revision"].as_i64().unwrap();
        let at = format!("/requests/{id}");
        let part = match what {
            What::Approve => "approval",
            What::Refuse => "refusal",
            What::Return => "return",
            What::Resubmit => "resubmission",
            What::Withdraw => return visitor.tell(&format!("{at}/withdrawal"), json!({})).await.status,
            What::Propose(net) => {
                return visitor.proposes_on(id, revision, json!({"price": format!("{net}.00")}), 7).await.status;
            }
            What::Agree if !model.is_proposed() => return 409,
            What::Agree => {
                let open = self.visitor(Who::Requester).open_proposal(id).await;
                return visitor.agrees(id, &open).await.status;
            }
            What::Requote => {
                let asked = visitor.request(Method::POST, &format!("/api/v1{at}/quote"));
                return said(asked.header("If-Match", format!("\"{revision}\"")).json(&json!({}))).await.status;
            }
            What::Pay => return self.pays(&visitor, &seen, model).await,
            What::Wait(_) => return 200,
        };
        visitor.decides_on(id, part, revision).await.status
    }
    async fn pays(&self, visitor: &Visitor, seen: &Said, model: &Model) -> u16 {
        let (Some(order), Some(net)) = (seen.body["order"].as_str(), model.net) else { return 409 };
        let on = self.scene.exchange.site.clock.now().civil("%Y-%m-%d");
        let at = format!("/orders/{order}/payment");
        let pay = |minor: i64| {
            let amount = format!("{}.{:02}", minor / 100, minor % 100);
            json!({"amount": amount, "currency": "EUR", "date": on, "reference": "Z-1"})
        };
        let wrong = visitor.tell(&at, pay(model::gross(net) + 1)).await;
        assert!(matches!(wrong.status, 403 | 404 | 409 | 422), "another amount is no payment: {wrong:?}");
        visitor.tell(&at, pay(model::gross(net))).await.status
    }
    /// Compares all that can be seen with the model.
    async fn compare(&self, id: &str, model: &Model, story: &str) {
        let seen = self.visitor(Who::Requester).read(&format!("/requests/{id}")).await.is(200);
        assert_eq!(seen.body["state"], model.name(), "{story}");
        let grants = seen.body["grants"].as_array().unwrap().len();
        assert_eq!(grants, usize::from(model.state == State::Granted), "{story}");
        let budget = self.budget().await;
        let held = (budget["reserved_minor"].as_i64().unwrap(), budget["spent_minor"].as_i64().unwrap());
        assert_eq!(held, (model.purse.reserved, model.purse.spent), "{story}");
        let at = format!("/organisations/buyer/service-accounts/{}/mandate", self.machine.0);
        let used = self.visitor(Who::Requester).read(&at).await.is(200).body["used_this_month_minor"].as_i64();
        let month = model.purse.months.get(&self.now().month).copied().unwrap_or(0);
        assert_eq!(used, Some(month), "{story}");
        if let Some(net) = model.net {
            assert_eq!(seen.body["net"]["amount_minor"].as_i64(), Some(net * 100), "{story}");
        }
    }
    /// Plays one history; gives the purse as it is then.
    async fn plays(&self, dice: &mut Dice, mut purse: Purse) -> (Purse, State) {
        self.refills(&mut purse).await;
        let kind = (dice.roll(3) == 0, dice.roll(3));
        let asks = (kind.0, kind.1 == 1, kind.1 == 2);
        let mut body = asking("buyer", &self.offers[kind.1]);
        body["cost_centre"] = json!("RD-1");
        let asker = if asks.0 {
            self.scene.exchange.nobody().signs_in_as(&self.machine).await
        } else {
            self.visitor(Who::Requester)
        };
        let now = self.now();
        let id = asker.tell("/requests", body).await.is(201).text("id");
        let mut model = Model::asked(self.rules, purse, asks, &now).expect("the budget covers it");
        let mut story = format!("{:?} asks for {:?}", asks.0, kind.1);
        for _ in 0..8 + dice.roll(20) {
            self.compare(&id, &model, &story).await;
            let now = self.now();
            let all: Vec<(Who, What)> = PEOPLE.iter().flat_map(|who| ACTS.map(|what| (*who, what))).collect();
            // Time is nobody's act: it stands once among all the others.
            let all: Vec<(Who, What)> =
                all.into_iter().filter(|(who, what)| !matches!(what, What::Wait(_)) || *who == Who::Stranger).collect();
            let able: Vec<&(Who, What)> = all.iter().filter(|(w, a)| model.after(*w, *a, &now).is_some()).collect();
            // Mostly what leads on, sometimes whatever is possible, sometimes whatever it may be.
            let on = |a: &What| matches!(a, What::Approve | What::Agree | What::Resubmit | What::Requote | What::Pay);
            let onward: Vec<(Who, What)> = able.iter().copied().copied().filter(|(_, a)| on(a)).collect();
            let pick = match dice.roll(10) {
                0..=5 if !onward.is_empty() => onward[dice.roll(onward.len())],
                6..=7 if !able.is_empty() => *able[dice.roll(able.len())],
                _ => all[dice.roll(all.len())],
            };
            let (who, what) = pick;
            story.push_str(&format!("; {who:?} {what:?}"));
            if let What::Wait(days) = what {
                self.waits(days).await;
                model.pass(&self.now());
                continue;
            }
            let status = self.tries(&id, who, what, &model).await;
            match model.after(who, what, &now) {
                Some(next) => {
                    assert!(status < 300, "{status}, but the model allows it: {story}\n{model:?}");
                    model = next;
                }
                None => {
                    assert!(matches!(status, 403 | 404 | 409), "{status}, but the model refuses it: {story}\n{model:?}")
                }
            }
        }
        self.compare(&id, &model, &story).await;
        // What is still open ends, so that the next history begins with nothing held.
        if let Some(next) = model.after(Who::Requester, What::Withdraw, &self.now()) {
            assert!(self.tries(&id, Who::Requester, What::Withdraw, &model).await < 300, "{story}");
            return (next.purse, model.state);
        }
        (model.purse.clone(), model.state)
    }
}

async fn histories(rules: Rules, salt: u64) {
    let stage = Stage::set(rules).await;
    let seed = variable("BOURSE_TEST_SEED").and_then(|s| s.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| bourse::values::random_uuid().as_u64_pair().0);
    let many = variable("BOURSE_TEST_HISTORIES").and_then(|s| s.parse().ok()).unwrap_or(12);
    eprintln!("BOURSE_TEST_SEED={seed}");
    let (mut dice, mut purse, mut ends) = (Dice(seed ^ salt), Purse::default(), Vec::new());
    for _ in 0..many {
        let (next, end) = stage.plays(&mut dice, purse).await;
        purse = next;
        ends.push(end);
    }
    eprintln!("{rules:?}: {ends:?}");
}

#[actix_web::test]
async fn the_exchange_and_a_model_agree() {
    histories(Rules { compliance: false, signature: false }, 0).await;
}

#[actix_web::test]
async fn the_exchange_and_a_model_agree_with_officer_and_signature() {
    histories(Rules { compliance: true, signature: true }, 0x51).await;
}
