difference = Difference
difference-to = Difference to version { $label }
difference-same = Same files
difference-same-text = no file changed
difference-compatible = Compatible
difference-compatible-text = what read the version before reads this one
difference-breaking = Breaking
difference-breaking-text = something is gone, or has another type or unit
difference-renamed = Renamed
difference-columns-removed = Columns removed
difference-columns-added = Columns added
difference-column-changed = Column changed
difference-reordered = Columns in another order
difference-file-removed = File removed
difference-file-added = File added
manifest-signed = Signed by the exchange
manifest-unsigned = Published before manifests were signed
signature = Signature
verify-it = Verify manifest and files without the exchange
files-in-manifest = { $count ->
    [one] The manifest names the { $count } file.
   *[other] The manifest names all { $count } files.
}
deprecated-because = Its owner advises against version { $label }: { $note }
deprecate = Advise against this version
deprecate-lead = Holders are told why. Nothing is taken from them, and you can take the advice back.
restore = Take the advice back
restore-lead = The version is recommended again, unless a newer one replaced it.
field-deprecation-note = Why, and what to use instead
done-deprecated = The advice stands, and the holders are being told.
done-restored = The advice is taken back.
version-page = Public page of this version
