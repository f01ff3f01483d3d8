//! The model of a request: what it is, what each act does to it, who may. It knows no HTTP and no tables.

use std::collections::{BTreeMap, BTreeSet};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The buyer's founder: owner and requester, who asks or answers for what a machine asked.
    Requester,
    /// One of three approvers of the buyer.
    Approver(usize),
    /// Who stands in for the first approver.
    Delegate,
    /// Who decides on what is dear.
    Chief,
    /// Who answers for the machine.
    Answerer,
    Signatory,
    /// One of two licensors of the seller; the first is finance too.
    Licensor(usize),
    Officer,
    Stranger,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Approve,
    Refuse,
    Return,
    Resubmit,
    Withdraw,
    /// Proposes this price, in whole units without tax.
    Propose(i64),
    Agree,
    Requote,
    Pay,
    /// Days pass.
    Wait(i64),
}

pub const PEOPLE: [Who; 12] = [
    Who::Requester,
    Who::Approver(0),
    Who::Approver(1),
    Who::Approver(2),
    Who::Delegate,
    Who::Chief,
    Who::Answerer,
    Who::Signatory,
    Who::Licensor(0),
    Who::Licensor(1),
    Who::Officer,
    Who::Stranger,
];

pub const ACTS: [What; 14] = [
    What::Approve,
    What::Refuse,
    What::Return,
    What::Resubmit,
    What::Withdraw,
    What::Propose(400),
    What::Propose(1_000),
    What::Propose(2_000),
    What::Propose(3_000),
    What::Agree,
    What::Requote,
    What::Pay,
    What::Wait(2),
    What::Wait(8),
];

/// What it costs with tax, in minor units.
pub fn gross(net: i64) -> i64 {
    net * 119
}

/// What holds for every history of a scene.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub compliance: bool,
    pub signature: bool,
}

/// What histories of a scene share: the buyer's budget, and the machine's months.
#[derive(Debug, Clone, Default)]
pub struct Purse {
    pub amount: i64,
    pub reserved: i64,
    pub spent: i64,
    pub months: BTreeMap<String, i64>,
}

pub const PER_REQUEST: i64 = 150_000;
pub const PER_MONTH: i64 = 400_000;
const DAY: i64 = 86_400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Submitted,
    AwaitingSeller,
    /// Whether it is the seller's turn.
    Negotiating(bool),
    AwaitingCompliance,
    AwaitingSignature,
    AwaitingPayment,
    Returned,
    Granted,
    Refused,
    Withdrawn,
    Expired,
}

/// A step of the buyer that is still to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// What is outside of the mandate; open since.
    Outside(i64),
    /// Two of three approvers.
    Pair(BTreeSet<usize>),
    Dear,
}

/// Terms that were proposed: by the seller's licensor, or by the buyer.
#[derive(Debug, Clone, Copy)]
struct Proposed {
    by: Option<usize>,
    net: i64,
    until: i64,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Model {
    pub rules: Rules,
    pub state: State,
    /// The price without tax; none while it is to be named.
    pub net: Option<i64>,
    agreed: bool,
    prepaid: bool,
    machine: bool,
    steps: Vec<Step>,
    voices: BTreeSet<usize>,
    signs: bool,
    proposed: Option<Proposed>,
    quoted_until: i64,
    expires_at: i64,
    held: i64,
    month: Option<(String, i64)>,
    pub paid: bool,
    pub purse: Purse,
}

/// The instant of an act: seconds, its month, and whether the delegate still stands in.
#[derive(Debug, Clone)]
pub struct Now {
    pub seconds: i64,
    pub month: String,
    pub delegated: bool,
}

impl Model {
    /// A request that has just been asked for; none when the budget does not cover it.
    pub fn asked(
        rules: Rules,
        purse: Purse,
        (machine, prepaid, on_request): (bool, bool, bool),
        now: &Now,
    ) -> Option<Self> {
        let net = (!on_request).then_some(1_000);
        let mut m = Self {
            rules,
            state: State::Negotiating(true),
            net,
            agreed: false,
            prepaid,
            machine,
            steps: Vec::new(),
            voices: BTreeSet::new(),
            signs: false,
            proposed: None,
            quoted_until: now.seconds + 5 * DAY,
            expires_at: now.seconds + 30 * DAY,
            held: 0,
            month: None,
            paid: false,
            purse,
        };
        if !on_request {
            m.plan(None, now)?;
        }
        Some(m)
    }

    pub fn name(&self) -> &'static str {
        match self.state {
            State::Submitted => "submitted",
            State::AwaitingSeller => "awaiting_seller",
            State::Negotiating(_) => "negotiating",
            State::AwaitingCompliance => "awaiting_compliance",
            State::AwaitingSignature => "awaiting_signature",
            State::AwaitingPayment => "awaiting_payment",
            State::Returned => "returned",
            State::Granted => "granted",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
            State::Expired => "expired",
        }
    }
    fn is_over(&self) -> bool {
        matches!(self.state, State::Granted | State::Refused | State::Withdrawn | State::Expired)
    }
    /// Whether a side can agree to something now.
    pub fn is_proposed(&self) -> bool {
        self.proposed.is_some()
    }

    /// Plans the steps for the price that holds now, and holds budget and month for it. A licensor may have spoken.
    fn plan(&mut self, voice: Option<usize>, now: &Now) -> Option<()> {
        let amount = gross(self.net?);
        self.free();
        let used = self.purse.months.get(&now.month).copied().unwrap_or(0);
        let inside = amount <= PER_REQUEST && used + amount <= PER_MONTH;
        self.steps.clear();
        if self.machine && inside {
            *self.purse.months.entry(now.month.clone()).or_default() += amount;
            self.month = Some((now.month.clone(), amount));
        } else {
            if self.machine {
                self.steps.push(Step::Outside(now.seconds));
            }
            self.steps.push(Step::Pair(BTreeSet::new()));
            if amount > 150_000 {
                self.steps.push(Step::Dear);
            }
        }
        self.signs = self.rules.signature && !(self.machine && inside);
        self.voices = voice.into_iter().collect();
        self.hold(amount)?;
        self.state = State::Submitted;
        self.go_on(now);
        Some(())
    }
    fn hold(&mut self, amount: i64) -> Option<()> {
        if self.purse.reserved + self.purse.spent + amount > self.purse.amount {
            return None;
        }
        self.purse.reserved += amount;
        self.held = amount;
        Some(())
    }
    /// Frees what is held of budget and month.
    fn free(&mut self) {
        self.purse.reserved -= self.held;
        self.held = 0;
        if let Some((month, amount)) = self.month.take() {
            *self.purse.months.entry(month).or_default() -= amount;
        }
    }
    /// Passes over whatever needs nobody.
    fn go_on(&mut self, now: &Now) {
        if self.state == State::Submitted && self.steps.is_empty() {
            self.state = State::AwaitingSeller;
        }
        if let (State::Submitted, Some(Step::Outside(since))) = (self.state, self.steps.first_mut()) {
            *since = now.seconds;
        }
        if self.state == State::AwaitingSeller && self.voices.len() >= 2 {
            self.state = State::AwaitingCompliance;
        }
        if self.state == State::AwaitingCompliance && !self.rules.compliance {
            self.state = State::AwaitingSignature;
        }
        self.after_officer();
    }
    fn after_officer(&mut self) {
        if self.state == State::AwaitingSignature && !self.signs {
            self.state = State::AwaitingPayment;
        }
        if self.state == State::AwaitingPayment && !self.prepaid {
            self.grant();
        }
    }
    fn grant(&mut self) {
        self.state = State::Granted;
        self.purse.reserved -= self.held;
        self.purse.spent += self.held;
        self.held = 0;
    }
    fn end(&mut self, state: State) {
        self.free();
        self.state = state;
        self.proposed = None;
    }

    /// Whether somebody can decide now.
    fn decides(&self, who: Who, now: &Now) -> bool {
        match (self.state, who) {
            (State::Submitted, who) => match (self.steps.first(), who) {
                (Some(Step::Outside(_)), Who::Answerer) => true,
                // When it is late, the owner is asked too.
                (Some(Step::Outside(since)), Who::Requester) => now.seconds >= since + 5 * DAY,
                (Some(Step::Pair(by)), Who::Approver(n)) => !by.contains(&n),
                (Some(Step::Pair(by)), Who::Delegate) => now.delegated && !by.contains(&0),
                (Some(Step::Dear), Who::Chief) => true,
                _ => false,
            },
            (State::AwaitingSeller, Who::Licensor(n)) => !self.voices.contains(&n),
            (State::AwaitingCompliance, Who::Officer) | (State::AwaitingSignature, Who::Signatory) => true,
            _ => false,
        }
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever is not said to be possible is refused")]
    fn approve(&mut self, who: Who, now: &Now) {
        match self.state {
            State::Submitted => {
                let done = match (self.steps.first_mut(), who) {
                    (Some(Step::Pair(by)), Who::Approver(n)) => by.insert(n) && by.len() == 2,
                    (Some(Step::Pair(by)), _) => by.insert(0) && by.len() == 2,
                    _ => true,
                };
                if done {
                    self.steps.remove(0);
                }
                if self.steps.is_empty() {
                    self.go_on(now);
                }
            }
            State::AwaitingSeller => {
                if let Who::Licensor(n) = who {
                    self.voices.insert(n);
                }
                self.go_on(now);
            }
            State::AwaitingCompliance => {
                self.state = State::AwaitingSignature;
                self.after_officer();
            }
            State::AwaitingSignature => {
                self.state = State::AwaitingPayment;
                self.after_officer();
            }
            _ => {}
        }
    }
    fn propose(&mut self, who: Who, net: i64, now: &Now) -> Option<()> {
        let by = match (self.state, who) {
            (State::AwaitingSeller | State::Negotiating(true), Who::Licensor(n)) => Some(n),
            (State::Negotiating(false), Who::Requester) => None,
            _ => return None,
        };
        self.free();
        if by.is_none() {
            self.hold(gross(net))?;
        }
        self.state = State::Negotiating(by.is_none());
        self.expires_at = now.seconds + 7 * DAY;
        self.proposed = Some(Proposed { by, net, until: self.expires_at });
        Some(())
    }
    fn agree(&mut self, who: Who, now: &Now) -> Option<()> {
        let open = self.proposed?;
        let voice = match (self.state, who) {
            (State::Negotiating(true), Who::Licensor(n)) => n,
            (State::Negotiating(false), Who::Requester) => open.by?,
            _ => return None,
        };
        self.agreed |= self.net != Some(open.net);
        self.net = Some(open.net);
        self.proposed = None;
        (self.quoted_until, self.expires_at) = (open.until, (now.seconds + 30 * DAY).max(open.until));
        self.plan(Some(voice), now)
    }

    /// What follows; nothing when it must be refused.
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever is not said to be possible is refused")]
    pub fn after(&self, who: Who, what: What, now: &Now) -> Option<Self> {
        let mut m = self.clone();
        let buyer = who == Who::Requester;
        let locked = !matches!(m.state, State::Submitted | State::AwaitingSeller) || now.seconds < m.quoted_until;
        match what {
            What::Approve if locked && m.decides(who, now) => m.approve(who, now),
            What::Refuse if m.decides(who, now) => m.end(State::Refused),
            // Before any price is named, and after, a licensor may end the talk.
            What::Refuse if m.state == State::Negotiating(true) && matches!(who, Who::Licensor(_)) => {
                m.end(State::Refused);
            }
            What::Return if m.decides(who, now) => m.end(State::Returned),
            What::Resubmit if buyer && m.state == State::Returned => {
                m.expires_at = now.seconds + 30 * DAY;
                m.plan(None, now)?;
            }
            What::Withdraw if buyer && !m.is_over() => m.end(State::Withdrawn),
            What::Propose(net) => m.propose(who, net, now)?,
            What::Agree => m.agree(who, now)?,
            What::Requote
                if buyer
                    && matches!(m.state, State::Submitted | State::AwaitingSeller)
                    && now.seconds >= m.quoted_until
                    && !m.agreed =>
            {
                m.net = Some(1_000);
                m.quoted_until = now.seconds + 5 * DAY;
                m.expires_at = (now.seconds + 30 * DAY).max(m.quoted_until);
                m.plan(None, now)?;
            }
            What::Pay if who == Who::Licensor(0) && !m.paid => match m.state {
                State::AwaitingPayment => {
                    m.paid = true;
                    m.grant();
                }
                State::Granted => m.paid = true,
                _ => return None,
            },
            What::Wait(_) if who == Who::Stranger => {}
            _ => return None,
        }
        Some(m)
    }
    /// What time does.
    pub fn pass(&mut self, now: &Now) {
        if !self.is_over() && now.seconds >= self.expires_at {
            self.end(State::Expired);
        }
    }
}
