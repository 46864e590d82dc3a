using System.Diagnostics;
using FewShotAD.Infrastructure.Telemetry;
using OpenTelemetry;

namespace FewShotAD.Portal.Telemetry;

/// <summary>Looks at every span before it is sent: nothing secret is in it, and what the background asks the database all the time stays here.</summary>
internal sealed class SpansToSend : BaseProcessor<Activity>
{
    private const string FullAddress = "url.full";

    public override void OnEnd(Activity data)
    {
        // Looks into queues, leases and health, every second of every day: of use within something larger only.
        if (data is { Parent: null, ParentSpanId: var parent, Kind: ActivityKind.Client } && parent == default && data.Source.Name != Spans.Name)
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        foreach (var (name, value) in data.TagObjects.ToList())
        {
            if (value is not string text)
                continue;
            // The address of a webhook may be a secret as a whole.
            var clean = name == FullAddress && Uri.TryCreate(text, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Authority) : SecretsInLogs.Clean(text);
            if (clean != text)
                data.SetTag(name, clean);
        }
    }
}
