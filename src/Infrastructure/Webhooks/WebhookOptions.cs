using System.ComponentModel.DataAnnotations;

namespace FewShotAD.Infrastructure.Webhooks;

/// <summary>Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Webhooks";

    /// <summary>
    /// Deliver to this machine, to addresses of the own network, and without encryption. Whoever may make webhooks can then reach
    /// what only the server can reach: switch it on where that is wanted, as for an MES in the plant's network.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Send through the proxy of the environment (HTTPS_PROXY). Which addresses may be reached is then the proxy's to decide.</summary>
    public bool UseProxy { get; set; }

    [Range(1, 64)]
    public int Parallel { get; set; } = 8;

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the log of deliveries goes back.</summary>
    public TimeSpan KeepLog { get; set; } = TimeSpan.FromDays(30);
}
