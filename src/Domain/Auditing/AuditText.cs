using System.Text;

namespace FewShotAD.Domain.Auditing;

/// <summary>
/// Text that every database gives back as it was stored, because the hash is over it: no control characters (PostgreSQL refuses
/// NUL), no half surrogates (UTF-8 cannot hold them), and cut between characters.
/// </summary>
internal static class AuditText
{
    public static string Clean(string? text, int maxLength)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            var kept = Rune.IsControl(rune) ? new Rune(' ') : rune;
            if (clean.Length + kept.Utf16SequenceLength > maxLength)
                break;
            clean.Append(kept.ToString());
        }

        return clean.ToString();
    }
}
