//! The six usual licences as parameters: a start for the builder. Three of them are shipped as built.

use super::super::terms::Purpose;
use super::parameters::{
    Commercial, Derivation, Liability, Parameters, Redistribution, Results, Sublicensing, Training,
};

/// A usual licence.
#[derive(Debug, Clone)]
pub struct Preset {
    /// Its name, also the end of the key of its words.
    pub name: &'static str,
    /// Its title in Chinese.
    pub title_zh: &'static str,
    /// Its title in English.
    pub title_en: &'static str,
    /// Its parameters.
    pub parameters: Parameters,
}

/// Lists them: evaluation, internal analytics, model training, the same with distribution, research, consortium member.
#[must_use]
pub fn presets() -> Vec<Preset> {
    vec![evaluation(), analytics(), training(), distribution(), research(), consortium()]
}

fn evaluation() -> Preset {
    Preset {
        name: "evaluation",
        title_zh: "数据评估许可",
        title_en: "Evaluation licence",
        parameters: Parameters {
            training: Training::Trial,
            results: Results::Consent,
            commercial: Commercial::None,
            purposes: vec![Purpose::Evaluation],
            contractors: false,
            duration_days: Some(90),
            report_use: true,
            ..Parameters::default()
        },
    }
}

fn analytics() -> Preset {
    Preset {
        name: "analytics",
        title_zh: "内部分析许可",
        title_en: "Internal analytics licence",
        parameters: Parameters { purposes: vec![Purpose::Internal], ..Parameters::default() },
    }
}

fn training() -> Preset {
    Preset {
        name: "training",
        title_zh: "模型训练许可",
        title_en: "Model training licence",
        parameters: Parameters { training: Training::Keep, commercial: Commercial::Models, ..Parameters::default() },
    }
}

fn distribution() -> Preset {
    Preset {
        name: "distribution",
        title_zh: "模型训练与衍生成果分发许可",
        title_en: "Model training licence with derivative distribution",
        parameters: Parameters {
            training: Training::Distribute,
            derivation: Derivation::Distribute,
            commercial: Commercial::Models,
            sublicensing: Sublicensing::Derived,
            liability: Liability::DoublePrice,
            ..Parameters::default()
        },
    }
}

fn research() -> Preset {
    Preset {
        name: "research",
        title_zh: "科研许可",
        title_en: "Research licence",
        parameters: Parameters {
            training: Training::Keep,
            commercial: Commercial::None,
            purposes: vec![Purpose::Research],
            report_use: true,
            ..Parameters::default()
        },
    }
}

fn consortium() -> Preset {
    Preset {
        name: "consortium",
        title_zh: "联盟成员许可",
        title_en: "Consortium member licence",
        parameters: Parameters {
            training: Training::Keep,
            derivation: Derivation::Distribute,
            redistribution: Redistribution::Consortium,
            affiliates: true,
            sublicensing: Sublicensing::Affiliates,
            share_alike: true,
            audit: true,
            ..Parameters::default()
        },
    }
}
