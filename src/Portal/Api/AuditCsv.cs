using System.Globalization;

namespace FewShotAD.Portal.Api;

/// <summary>Rows of RFC 4180. A spreadsheet would run a cell that begins like a formula: such a one gets an apostrophe in front.</summary>
public static class AuditCsv
{
    public const string Header = "sequence,at,actorId,actorName,keyId,action,subjectKind,subjectId,detail,previousHash,hash";

    public static string Row(AuditLine line) => string.Join(
        ',',
        line.Sequence.ToString(CultureInfo.InvariantCulture),
        line.At.ToString("O", CultureInfo.InvariantCulture),
        line.ActorId,
        Cell(line.ActorName),
        line.KeyId,
        Cell(line.Action),
        Cell(line.SubjectKind),
        Cell(line.SubjectId),
        Cell(line.Detail),
        line.PreviousHash,
        line.Hash);

    private static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return safe.IndexOfAny([',', '"', '\n', '\r']) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
