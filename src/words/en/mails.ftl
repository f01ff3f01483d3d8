# What mails say. The link stands below the text, so the text leads to it.
mail-greeting = Good day,
mail-greeting-name = Good day { $name },
mail-button = Open the page
mail-foot = { $exchange } sent this to { $email }. Nothing happens by opening the link alone: the page asks first.
mail-confirm-subject = Confirm your e-mail address
mail-confirm-text = You opened an account at { $exchange }. Confirm your address on this page within three days. If it was not you, do nothing.
mail-already-member-subject = You have an account already
mail-already-member-text = Somebody tried to open an account at { $exchange } with your address. You have one: sign in, or ask for a new password there. If it was not you, do nothing.
mail-reset-subject = Choose a new password
mail-reset-text = A new password was asked for. Choose it on this page within 30 minutes; all your sessions then end. If it was not you, do nothing.
mail-password-changed-subject = Your password was changed
mail-password-changed-text = The password of your account at { $exchange } was changed. If it was not you, ask for a new password at once and tell the exchange.
mail-new-email-subject = Confirm your new e-mail address
mail-new-email-text = This address is to become that of your account at { $exchange }. Confirm it on this page within three days. If it was not you, do nothing.
mail-email-changed-subject = Your e-mail address was changed
mail-email-changed-text = Your account at { $exchange } now uses another address. If it was not you, tell the exchange at once.
mail-invitation-subject = { $by } invites you to { $organisation }
mail-invitation-text = { $by } invites you to act for { $organisation } at { $exchange }. Accept on this page within seven days, signed in with this address.
mail-party-verified-subject = { $organisation } is verified
mail-party-verified-text = The operator verified { $organisation }. It can now publish, and request what needs a verified organisation.
mail-approval-wanted-subject = { $number } waits for your approval
mail-approval-wanted-text = { $by } asks to buy “{ $dataset }” from { $seller } for { $amount }. Purpose: { $purpose }. Decide on the page of the request.
mail-request-submitted-subject = { $number } was submitted
mail-request-submitted-text = Your request for “{ $dataset }” from { $seller }, { $amount }, is on its way. Its page shows who decides next; you are told of the decision.
mail-request-received-subject = { $number }: { $buyer } asks for “{ $dataset }”
mail-request-received-text = { $buyer } asks for “{ $dataset }” for { $amount }. Purpose: { $purpose }. The buyer’s side agrees; decide on the page of the request.
mail-request-returned-subject = { $number } was returned for changes
mail-request-returned-text = { $by } returned your request for “{ $dataset }”: { $reason }. Change it and submit it again on its page.
mail-request-refused-subject = { $number } was refused
mail-request-refused-text = { $by } refused your request for “{ $dataset }”: { $reason }.
mail-request-withdrawn-subject = { $number } was withdrawn
mail-request-withdrawn-text = { $buyer } withdrew the request for “{ $dataset }”. You need not decide it any more.
mail-request-expired-subject = { $number } expired
mail-request-expired-text = Nobody decided your request for “{ $dataset }” before its deadline. You can submit a new one.
mail-request-decided-subject = { $number } is decided
mail-request-decided-text = { $by } { $verdict ->
    [approved] approved
    [refused] refused
   *[returned] returned
    } the request for “{ $dataset }”. You need not do anything; its page shows what remains.
mail-invoice-opened-subject = Invoice { $invoice }: { $amount }
mail-invoice-opened-text = { $number } is approved. Pay { $amount } to { $seller } by { $due } and name the invoice { $invoice }. The grant is given once the payment is recorded.
mail-invoice-paid-subject = Invoice { $invoice } is paid
mail-invoice-paid-text = { $seller } recorded your payment of { $amount } for { $number }.
mail-granted-subject = Grant { $grant }: “{ $dataset }” is yours to use
mail-granted-text = { $number } led to the grant { $grant } of { $seller }. Its page has the files, the signed receipt and commands for scripts.
mail-grant-terminated-subject = Grant { $number } was terminated
mail-grant-terminated-text = { $by } terminated the grant { $number }: { $reason }. Downloads have stopped. The licence says what happens to copies.
mail-version-recalled-subject = “{ $dataset }” { $version } was recalled
mail-version-recalled-text = { $seller } recalled version { $version } of “{ $dataset }”: { $reason }. It can no longer be downloaded. The page of your grant shows what you can use.
mail-version-deprecated-subject = Advice against “{ $dataset }” { $version }
mail-version-deprecated-text = { $seller } advises against version { $version } of “{ $dataset }”: { $reason }. Your grant goes on, and you can still download it. The page of your grant shows what else you can use.
