using System.Text.RegularExpressions;
using Serilog.Core;
using Serilog.Events;

namespace FewShotAD.Portal;

/// <summary>
/// Takes secrets out of what is logged before anything writes it. Nothing of ours logs one, but the server logs addresses, and the
/// links of invitations and new passwords are secrets; so are keys, wherever a library puts a header or an address into its words.
/// </summary>
public sealed partial class SecretsInLogs : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach (var (name, value) in logEvent.Properties.ToList())
        {
            var clean = Clean(value);
            if (!ReferenceEquals(clean, value))
                logEvent.AddOrUpdateProperty(new LogEventProperty(name, clean));
        }
    }

    public static string Clean(string text) => Key().Replace(Bearer().Replace(Parameter().Replace(Link().Replace(text, "$1…"), "$1…"), "$1…"), "fsad_…");

    private static LogEventPropertyValue Clean(LogEventPropertyValue value) => value switch
    {
        ScalarValue { Value: { } scalar and (string or PathString or QueryString or Uri) } => scalar.ToString() is { } text && Clean(text) is var clean && clean != text ? new ScalarValue(clean) : value,
        SequenceValue sequence => Clean(sequence),
        _ => value,
    };

    private static SequenceValue Clean(SequenceValue sequence)
    {
        var clean = sequence.Elements.Select(Clean).ToList();
        return clean.Zip(sequence.Elements).All(pair => ReferenceEquals(pair.First, pair.Second)) ? sequence : new SequenceValue(clean);
    }

    /// <summary>An invitation: the token is a part of the path.</summary>
    [GeneratedRegex(@"(\bjoin/)[^/?#\s""']+", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    /// <summary>A link for a new password, and what a provider of sign-in sends back.</summary>
    [GeneratedRegex(@"([?&](?:token|code|state|access_token|id_token|id)=)[^&#\s""']+", RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(Bearer\s+)[^\s,""']{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex("fsad_[A-Za-z0-9_-]{16,}")]
    private static partial Regex Key();
}
