# 邮件内容。链接在正文下方。
mail-greeting = 您好：
mail-greeting-name = { $name }，您好：
mail-button = 打开页面
mail-foot = 本邮件由{ $exchange }发送至 { $email }。仅打开链接不会产生任何操作，页面会先请您确认。
mail-confirm-subject = 请确认您的邮箱
mail-confirm-text = 您在{ $exchange }注册了账号。请在三天内通过此页面确认邮箱。如非本人操作，请忽略本邮件。
mail-already-member-subject = 您已有账号
mail-already-member-text = 有人用您的邮箱在{ $exchange }注册账号。您已有账号，请直接登录，或在登录页申请重设密码。如非本人操作，请忽略本邮件。
mail-reset-subject = 重设密码
mail-reset-text = 有人申请重设您的密码。请在 30 分钟内通过此页面设置新密码，届时您的所有会话都将结束。如非本人操作，请忽略本邮件。
mail-password-changed-subject = 您的密码已修改
mail-password-changed-text = 您在{ $exchange }的账号密码已修改。如非本人操作，请立即重设密码并告知交易所。
mail-new-email-subject = 请确认您的新邮箱
mail-new-email-text = 此邮箱将成为您在{ $exchange }的账号邮箱。请在三天内通过此页面确认。如非本人操作，请忽略本邮件。
mail-email-changed-subject = 您的邮箱已更换
mail-email-changed-text = 您在{ $exchange }的账号已改用另一邮箱。如非本人操作，请立即告知交易所。
mail-invitation-subject = { $by }邀请您加入{ $organisation }
mail-invitation-text = { $by }邀请您在{ $exchange }代表{ $organisation }。请在七天内用此邮箱登录并通过此页面接受。
mail-party-verified-subject = { $organisation }已通过核验
mail-party-verified-text = 运营方已核验{ $organisation }。现在可以发布数据集，也可以申请要求已核验组织的数据。
mail-approval-wanted-subject = { $number } 等待您审批
mail-approval-wanted-text = { $by }申请以 { $amount } 向{ $seller }购买“{ $dataset }”。用途：{ $purpose }。请在申请页面作出决定。
mail-request-submitted-subject = { $number } 已提交
mail-request-submitted-text = 您向{ $seller }购买“{ $dataset }”的申请（{ $amount }）已提交。申请页面显示接下来由谁决定，有结果时会通知您。
mail-request-received-subject = { $number }：{ $buyer }申请“{ $dataset }”
mail-request-received-text = { $buyer }申请以 { $amount } 购买“{ $dataset }”。用途：{ $purpose }。买方已同意，请在申请页面作出决定。
mail-request-returned-subject = { $number } 被退回修改
mail-request-returned-text = { $by }退回了您对“{ $dataset }”的申请：{ $reason }。请在申请页面修改后重新提交。
mail-request-refused-subject = { $number } 被拒绝
mail-request-refused-text = { $by }拒绝了您对“{ $dataset }”的申请：{ $reason }。
mail-request-withdrawn-subject = { $number } 已撤回
mail-request-withdrawn-text = { $buyer }撤回了对“{ $dataset }”的申请，您无需再作决定。
mail-request-expired-subject = { $number } 已失效
mail-request-expired-text = 您对“{ $dataset }”的申请在期限内无人决定，已失效。您可以重新提交申请。
mail-request-decided-subject = { $number } 已有决定
mail-request-decided-text = { $by }已{ $verdict ->
    [approved] 同意
    [refused] 拒绝
   *[returned] 退回
    }“{ $dataset }”的申请。您无需再处理，其余事项见申请页面。
mail-invoice-opened-subject = 账单 { $invoice }：{ $amount }
mail-invoice-opened-text = { $number } 已通过审批。请于 { $due } 前向{ $seller }支付 { $amount }，并注明账单号 { $invoice }。付款登记后即给予授权。
mail-invoice-paid-subject = 账单 { $invoice } 已付款
mail-invoice-paid-text = { $seller }已登记您为 { $number } 支付的 { $amount }。
mail-granted-subject = 授权 { $grant }：“{ $dataset }”可以使用
mail-granted-text = { $number } 已完成，{ $seller }给予授权 { $grant }。授权页面提供文件、签名凭证和脚本命令。
mail-grant-terminated-subject = 授权 { $number } 已终止
mail-grant-terminated-text = { $by }终止了授权 { $number }：{ $reason }。下载已停止。副本如何处理以许可协议为准。
mail-version-recalled-subject = “{ $dataset }”{ $version } 已召回
mail-version-recalled-text = { $seller }召回了“{ $dataset }”的版本 { $version }：{ $reason }。该版本不能再下载，您的授权页面显示可用内容。
mail-version-deprecated-subject = 建议停用“{ $dataset }”{ $version }
mail-version-deprecated-text = { $seller }建议停用“{ $dataset }”的版本 { $version }：{ $reason }。您的授权继续有效，仍可下载该版本；授权页面显示其他可用内容。
