nav-notices = 通知
notices-lead = 与您有关的事项，以及为何通知您。
notices-all = 全部
notices-unread = 未读
notices-empty = 尚无通知
notices-none-unread = 没有未读通知
notices-empty-text = 申请、审批、付款、授权和新版本的消息会显示在此。
not-read = 未读：
read-one = 标为已读
read-one-label = 标为已读：{ $title }
read-all = 全部标为已读
done-all-read = 已全部标为已读。
notice-settings = 通知方式
notice-settings-lead = 按主题选择：是否在站内显示，是否以及何时发送邮件。
head-topic = 主题
head-on-site = 站内
head-by-mail = 邮件
always = 始终
mailing-now = 立即发送
mailing-digest = 每日汇总
mailing-none = 不发邮件
field-digest-hour = 每日汇总时间
field-digest-hour-hint = 当天的事项合为一封邮件；没有事项则不发送。
hour-utc = 北京时间 { $beijing }（UTC { $hour }）
topic-decisions = 等待您处理的事项
topic-decisions-text = 需要您决定的申请和版本，以及无需再处理的提示。
topic-requests = 我方申请
topic-requests-text = 已提交、被退回、被拒绝、已失效。
topic-payments = 账单与付款
topic-payments-text = 账单开出与付款登记。
topic-grants = 授权
topic-grants-text = 给予、变更、结束。
topic-versions = 新版本
topic-versions-text = 您的组织持有授权的数据集。
topic-recalls = 召回与停用建议
topic-recalls-text = 被召回或建议停用的版本。
topic-listings = 我方挂牌的审核
topic-listings-text = 交易所审核人员的决定。
topic-organisation = 我方组织
topic-organisation-text = 组织核验与技术对接。
topic-account = 账号与安全
topic-account-text = 密码、邮箱、职务。此类通知不能关闭。
topic-digest = 每日汇总
unsubscribe = 停止此类邮件
unsubscribe-lead = { $email } 将不再收到有关“{ $topic }”的邮件，站内通知不变。
unsubscribed-lead = { $email } 不再收到有关“{ $topic }”的邮件。您可以随时更改。
done-unsubscribed = 此类邮件已停止。
why-address = 您收到此通知，是因为有人填写了您的邮箱。
why-account = 您收到此通知，是因为它与您的账号有关。
why-own = 您收到此通知，是因为这是您的申请或操作。
why-role = 您收到此通知，是因为您是{ $organisation }的{ $role }。
why-holder = 您收到此通知，是因为您是{ $organisation }的{ $role }，该组织持有授权 { $grant }。
why-office = 您收到此通知，是因为您担任{ $office }。
mail-settings = 选择通知方式：{ $link }
mail-locked = 有关账号的通知始终以邮件发送。其他通知的方式：{ $link }
mail-digest-button = 查看全部通知
mail-digest-subject = 每日汇总（{ $count }）
mail-digest-text = 自上次汇总以来，{ $exchange }有以下事项：
mail-version-published-subject = “{ $dataset }”新版本 { $version }
mail-version-published-text = { $seller }发布了“{ $dataset }”的版本 { $version }。{ $noted ->
        [yes] 变更说明：{ $note }
       *[no] 没有变更说明。
    }{ $covered ->
        [yes] 您的授权涵盖该版本，适用原许可 { $code }。{ $licence ->
            [unchanged] 现行报价的许可未变。
           *[changed] 新的申请适用另一许可，您的许可不变。
        }
       *[no] 您的授权只涵盖较早的版本。{ $licence ->
            [unchanged] 现行报价的许可未变（{ $code }）。
           *[changed] 现行报价的许可已变更（您的许可：{ $code }）。
        }如需使用新版本，请提交申请。
    }
mails-all = 全部
mails-only-failed = 已放弃
mail-retry = 重新发送
done-mail-retried = 正在重新发送该邮件。
deed-member-notices-chosen = 更改通知方式
deed-exchange-mail-retried = 重新发送邮件
