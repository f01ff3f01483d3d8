//! The operator's pages of the rules: each form makes a new edition, so nothing decided before changes.

use super::forms::{ANSWERS, LISTS, RulesTyped, lines, list, phrases};
use super::{edition_address, levels_table, questions_table, rules_problem};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::accounts::MayOperate;
use crate::market::rules::{self, Book, Edition, Level, LevelRule, Moderation, Question};
use crate::routes;
use crate::urls;
use crate::values::Prose;
use crate::web::accounts::forms::text_fault;
use crate::web::operator::frame;
use crate::web::sheet::{Block, Cell, Field, Fields, FormView, Sheet, Table};
use crate::words;

routes! {
    get "/operator/rules" Operator => desk,
    post "/operator/rules/moderation" Operator => moderation,
    get "/operator/rules/levels/{level}" Operator => level_page,
    post "/operator/rules/levels/{level}" Operator => level,
    get "/operator/rules/questions/{code}" Operator => question_page,
    post "/operator/rules/questions/{code}" Operator => question,
    post "/operator/rules/questions/{code}/removal" Operator => remove_question,
    get "/operator/rules/lists/{part}" Operator => list_page,
    post "/operator/rules/lists/{part}" Operator => list_change,
}

/// The address of a part of the rules.
fn at(part: &str) -> String {
    if part.is_empty() { format!("{}/rules", urls::OPERATOR) } else { format!("{}/rules/{part}", urls::OPERATOR) }
}

async fn load(visit: &Visit) -> Result<Edition, Problem> {
    visit
        .as_person()?
        .read(|tx, actor, _| {
            MayOperate::check(tx, actor)?;
            Ok(rules::current(tx)?)
        })
        .await
}

/// Adds what every form about the rules carries: why, and which edition it showed.
fn signed(fields: Fields<'_>, edition: &Edition, note: &str) -> Vec<Field> {
    fields.keyed("note", "rules_note", "text", note, "").field("edition", "hidden", &edition.number.to_string()).done()
}

fn moderation_form(visit: &Visit, edition: &Edition, faults: &[Fault]) -> FormView {
    let lang = visit.lang();
    let choices = Moderation::ALL.iter().map(|m| {
        let key = words::key("moderation", m.as_str());
        (m.to_string(), words::say(lang, &key), words::say(lang, &format!("{key}-text")))
    });
    let fields =
        Fields::new(lang, faults).field("moderation", "radio", edition.book.moderation.as_str()).choices(choices);
    FormView {
        heading: words::say(lang, "moderation"),
        action: at("moderation"),
        fields: signed(fields, edition, ""),
        button: words::say(lang, "save"),
        class: "primary",
        ..FormView::default()
    }
}

async fn desk_sheet(visit: &Visit, faults: &[Fault]) -> Answer {
    let (lang, edition) = (visit.lang(), load(visit).await?);
    let say = |key: &str| words::say(lang, key);
    let history = visit.as_person()?.read(|tx, _, _| Ok(rules::history(tx)?)).await?;
    let rows = history
        .iter()
        .map(|e| {
            vec![
                Cell::link(e.number.to_string(), edition_address(e.number)),
                if e.made_by.is_some() { Cell::time(lang, e.made_at) } else { Cell::text("–") },
                Cell::text(e.made_by.clone().unwrap_or_else(|| say("rules-shipped"))),
                Cell::text(e.note.clone()),
            ]
        })
        .collect();
    let heads = ["rules-edition", "head-when", "head-who", "head-note"].map(|k| (say(k), false)).to_vec();
    let editions = Table { label: say("rules-editions"), heads, rows, ..Table::default() };
    let lists = LISTS.map(|part| (say(&words::key("rules", part)), at(&format!("lists/{part}")), "")).to_vec();
    Sheet::new(frame(visit, "nav-rules"))
        .lead(words::with(lang, "rules-desk-lead", &[("number", &edition.number.to_string())]))
        .faulty(faults)
        .put(Block::Heading(say("rules-levels")))
        .put(Block::Table(levels_table(lang, &edition.book, |r: &LevelRule| Some(at(&format!("levels/{}", r.level))))))
        .put(Block::Form(moderation_form(visit, &edition, faults)))
        .put(Block::Heading(say("rules-questions")))
        .put(Block::Table(questions_table(lang, &edition.book, |q: &Question| {
            Some(at(&format!("questions/{}", urls::encode(&q.code))))
        })))
        .put(Block::Links(vec![(say("add-question"), at("questions/new"), "primary")]))
        .put(Block::Heading(say("rules-lists")))
        .put(Block::Links(lists))
        .put(Block::Heading(say("rules-editions")))
        .put(Block::Table(editions))
        .answer()
}

async fn desk(visit: Visit) -> Answer {
    desk_sheet(&visit, &[]).await
}

/// Makes a new edition of the one that the form showed.
async fn save(
    visit: &Visit,
    typed: &RulesTyped,
    change: impl FnOnce(&mut Book) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    let seen: i64 = typed.edition.parse().map_err(|_| Problem::bad_request("form"))?;
    let note = Prose::optional(&typed.note).map_err(|bad| Problem::invalid(vec![text_fault("note", bad)]))?;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayOperate::check(tx, actor)?;
            let mut book = rules::current(tx)?.book;
            change(&mut book)?;
            rules::change(tx, may, seen, &book, &note, now).map_err(rules_problem)?;
            Ok(())
        })
        .await
}

fn saved() -> Answer {
    Ok(see_other(format!("{}?done=rules-saved", at(""))))
}

async fn moderation(visit: Visit, form: Form<RulesTyped>) -> Answer {
    let chosen = match form.typed.moderation() {
        Ok(chosen) => chosen,
        Err(faults) => return desk_sheet(&visit, &faults).await,
    };
    save(&visit, &form.typed, move |book| {
        book.moderation = chosen;
        Ok(())
    })
    .await?;
    saved()
}

/// Begins a sheet of one part.
fn part_sheet(visit: &Visit, title: String, faults: &[Fault]) -> Sheet {
    let mut f = frame(visit, "nav-rules");
    f.title = title;
    Sheet::new(f).crumb(words::say(visit.lang(), "nav-rules"), at("")).faulty(faults)
}

async fn level_sheet(visit: &Visit, level: Level, typed: Option<&RulesTyped>, faults: &[Fault]) -> Answer {
    let (lang, edition) = (visit.lang(), load(visit).await?);
    let say = |key: &str| words::say(lang, key);
    let rule = edition.book.rule(level);
    let boxes = [
        ("listing", rule.listing, "rule-listing"),
        ("filing", rule.filing, "rule-filing"),
        ("compliance_publishing", rule.compliance_publishing, "rule-compliance-publishing"),
        ("verified_buyer", rule.verified_buyer, "rule-verified-buyer"),
        ("compliance_purchase", rule.compliance_purchase, "rule-compliance-purchase"),
    ];
    let set = |name: &str, now: bool| typed.map_or(now, |t| !t.get(name).is_empty());
    let chosen: Vec<&str> = boxes.iter().filter(|(name, now, _)| set(name, *now)).map(|(name, _, _)| *name).collect();
    let territories = typed.map_or_else(|| rule.territories.join(", "), |t| t.get("territories").to_owned());
    let fields = Fields::new(lang, faults)
        .keyed("rules", "level_rules", "checks", &chosen.join(" "), "")
        .choices(boxes.map(|(name, _, key)| (name.to_owned(), say(key), say(&format!("{key}-text")))))
        .field("territories", "text", &territories);
    let form = FormView {
        action: at(&format!("levels/{level}")),
        fields: signed(fields, &edition, typed.map_or("", |t| &t.note)),
        button: say("save"),
        class: "primary",
        ..FormView::default()
    };
    let title = words::with(lang, "rules-of-level", &[("level", &super::level_word(lang, level))]);
    part_sheet(visit, title, faults).lead(say("rules-new-edition")).put(Block::Form(form)).answer()
}

fn level_named(text: &str) -> Result<Level, Problem> {
    Level::parse(text).ok_or_else(Problem::not_found)
}

async fn level_page(visit: Visit, Path(name): Path<String>) -> Answer {
    level_sheet(&visit, level_named(&name)?, None, &[]).await
}

async fn level(visit: Visit, Path(name): Path<String>, form: Form<RulesTyped>) -> Answer {
    let level = level_named(&name)?;
    let rule = match form.typed.level(level) {
        Ok(rule) => rule,
        Err(faults) => return level_sheet(&visit, level, Some(&form.typed), &faults).await,
    };
    let done = save(&visit, &form.typed, move |book| {
        book.levels.iter_mut().filter(|r| r.level == level).for_each(|r| *r = rule.clone());
        Ok(())
    })
    .await;
    match done {
        Err(problem) if !problem.faults.is_empty() => {
            level_sheet(&visit, level, Some(&form.typed), &problem.faults).await
        }
        Err(problem) => Err(problem),
        Ok(()) => saved(),
    }
}

/// What a question says, as its form shows it.
fn typed_of(q: &Question, book: &Book) -> RulesTyped {
    let mut typed = RulesTyped::default();
    let mut put = |name: &str, text: &str| typed.rest.insert(name.to_owned(), text.to_owned());
    for (name, text) in [("code", &q.code), ("zh", &q.zh), ("en", &q.en), ("basis", &q.basis)] {
        put(name, text);
    }
    for class in book.classes.iter().filter(|c| q.is_for(&c.code)) {
        put(&format!("class:{}", class.code), "on");
    }
    for ([code, zh, en, level], a) in ANSWERS.iter().zip(&q.answers) {
        for (name, text) in [(code, a.code.as_str()), (zh, &a.zh), (en, &a.en), (level, a.level.as_str())] {
            put(name, text);
        }
    }
    typed
}

async fn question_sheet(visit: &Visit, code: &str, typed: Option<&RulesTyped>, faults: &[Fault]) -> Answer {
    let (lang, edition) = (visit.lang(), load(visit).await?);
    let say = |key: &str| words::say(lang, key);
    let book = &edition.book;
    let known = book.questions.iter().find(|q| q.code == code);
    if known.is_none() && code != "new" {
        return Err(Problem::not_found());
    }
    let shown = typed.cloned().or_else(|| known.map(|q| typed_of(q, book))).unwrap_or_default();
    let classes: Vec<String> = book.classes.iter().map(|c| format!("class:{}", c.code)).collect();
    let chosen: Vec<&str> = classes.iter().map(String::as_str).filter(|name| !shown.get(name).is_empty()).collect();
    let levels = || Level::ALL.iter().map(|l| (l.to_string(), super::level_word(lang, *l), String::new()));
    let class_choices =
        book.classes.iter().zip(&classes).map(|(c, n)| (n.clone(), c.text(lang).to_owned(), String::new()));
    let mut fields = Fields::new(lang, faults)
        .keyed("code", "rule_code", "text", shown.get("code"), "")
        .half()
        .keyed("zh", "question_zh", "area", shown.get("zh"), "")
        .keyed("en", "question_en", "area", shown.get("en"), "")
        .keyed("basis", "question_basis", "text", shown.get("basis"), "")
        .keyed("classes", "question_classes", "checks", &chosen.join(" "), "")
        .choices(class_choices);
    for [code, zh, en, level] in ANSWERS {
        fields = fields
            .keyed(code, "answer_code", "text", shown.get(code), "")
            .half()
            .keyed(zh, "answer_zh", "text", shown.get(zh), "")
            .keyed(en, "answer_en", "text", shown.get(en), "")
            .keyed(level, "answer_level", "select", shown.get(level), "")
            .choices(levels())
            .half();
    }
    let address = at(&format!("questions/{}", urls::encode(code)));
    let form = FormView {
        action: address.clone(),
        fields: signed(fields, &edition, &shown.note),
        button: say("save"),
        class: "primary",
        ..FormView::default()
    };
    let removal = known.map(|_| {
        Block::Form(FormView {
            heading: say("remove-question"),
            action: format!("{address}/removal"),
            fields: signed(Fields::new(lang, &[]), &edition, ""),
            button: say("remove-question"),
            class: "danger",
            ..FormView::default()
        })
    });
    let title = say(if known.is_some() { "edit-question" } else { "add-question" });
    part_sheet(visit, title, faults).lead(say("question-lead")).put(Block::Form(form)).put_if(removal).answer()
}

async fn question_page(visit: Visit, Path(code): Path<String>) -> Answer {
    question_sheet(&visit, &code, None, &[]).await
}

async fn question(visit: Visit, Path(code): Path<String>, form: Form<RulesTyped>) -> Answer {
    let edition = load(&visit).await?;
    let made = match form.typed.question(&edition.book) {
        Ok(made) => made,
        Err(faults) => return question_sheet(&visit, &code, Some(&form.typed), &faults).await,
    };
    let before = code.clone();
    let done = save(&visit, &form.typed, move |book| {
        match book.questions.iter_mut().find(|q| q.code == before) {
            Some(place) => *place = made,
            None if before == "new" => book.questions.push(made),
            None => return Err(Problem::not_found()),
        }
        Ok(())
    })
    .await;
    match done {
        Err(problem) if !problem.faults.is_empty() => {
            question_sheet(&visit, &code, Some(&form.typed), &problem.faults).await
        }
        Err(problem) => Err(problem),
        Ok(()) => saved(),
    }
}

async fn remove_question(visit: Visit, Path(code): Path<String>, form: Form<RulesTyped>) -> Answer {
    let named = code.clone();
    let done = save(&visit, &form.typed, move |book| {
        book.questions.retain(|q| q.code != named);
        Ok(())
    })
    .await;
    match done {
        Err(problem) if !problem.faults.is_empty() => question_sheet(&visit, &code, None, &problem.faults).await,
        Err(problem) => Err(problem),
        Ok(()) => saved(),
    }
}

async fn list_sheet(visit: &Visit, part: &str, typed: Option<&RulesTyped>, faults: &[Fault]) -> Answer {
    let (lang, mut edition) = (visit.lang(), load(visit).await?);
    let say = |key: &str| words::say(lang, key);
    let text = lines(list(&mut edition.book, part).ok_or_else(Problem::not_found)?);
    let shown = typed.map_or(text.as_str(), |t| t.get("lines"));
    let fields = Fields::new(lang, faults).keyed("lines", "rule_lines", "area", shown, "");
    let form = FormView {
        action: at(&format!("lists/{part}")),
        fields: signed(fields, &edition, typed.map_or("", |t| &t.note)),
        button: say("save"),
        class: "primary",
        ..FormView::default()
    };
    let title = say(&words::key("rules", part));
    part_sheet(visit, title, faults).lead(say("rules-new-edition")).put(Block::Form(form)).answer()
}

async fn list_page(visit: Visit, Path(part): Path<String>) -> Answer {
    list_sheet(&visit, &part, None, &[]).await
}

async fn list_change(visit: Visit, Path(part): Path<String>, form: Form<RulesTyped>) -> Answer {
    let made = match phrases(form.typed.get("lines")) {
        Ok(made) => made,
        Err(faults) => return list_sheet(&visit, &part, Some(&form.typed), &faults).await,
    };
    let named = part.clone();
    let done = save(&visit, &form.typed, move |book| {
        *list(book, &named).ok_or_else(Problem::not_found)? = made;
        Ok(())
    })
    .await;
    match done {
        Err(problem) if !problem.faults.is_empty() => {
            list_sheet(&visit, &part, Some(&form.typed), &problem.faults).await
        }
        Err(problem) => Err(problem),
        Ok(()) => saved(),
    }
}
