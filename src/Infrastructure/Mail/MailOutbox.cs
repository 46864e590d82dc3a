using System.Threading.Channels;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace FewShotAD.Infrastructure.Mail;

public sealed record Mail(string To, string Subject, string Text);

/// <summary>
/// Sends mail beside the requests that ask for it: an answer that waited for the mail server would take longer for accounts that
/// exist, and so tell which do. What waits here is lost with the process; people ask again.
/// </summary>
public sealed class MailOutbox(IOptions<MailOptions> options, TimeProvider time, ILogger<MailOutbox> log) : BackgroundService
{
    private const int Waiting = 1_000;
    private const int Tries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Channel<Mail> waiting = Channel.CreateBounded<Mail>(Waiting);

    public bool IsConfigured => options.Value.IsConfigured;

    /// <summary>The address of one of the portal's pages, for a mail.</summary>
    public Uri Link(string path) => new(new Uri(options.Value.PublicUrl!.AbsoluteUri.TrimEnd('/') + "/"), path.TrimStart('/'));

    public void Send(Mail mail)
    {
        if (!IsConfigured)
            throw new InvalidOperationException("No mail is configured: ask IsConfigured first.");
        if (!waiting.Writer.TryWrite(mail))
            log.LogError("{Count} mails wait already; one more was dropped", Waiting);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var mail in waiting.Reader.ReadAllAsync(stoppingToken))
            await DeliverAsync(mail, stoppingToken);
    }

    private async Task DeliverAsync(Mail mail, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SendAsync(mail, ct);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                // Never the text: links in it are secrets.
                log.LogError(e, "Mail “{Subject}” was not taken by {Host}, attempt {Attempt} of {Tries}", mail.Subject, options.Value.Host, attempt, Tries);
                if (attempt == Tries)
                    return;
            }

            await Task.Delay(Pause, time, ct);
        }
    }

    private async Task SendAsync(Mail mail, CancellationToken ct)
    {
        var settings = options.Value;
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("FewShotAD", settings.From));
        message.To.Add(MailboxAddress.Parse(mail.To));
        message.Subject = mail.Subject;
        message.Body = new TextPart("plain") { Text = mail.Text };
        using var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
        var security = settings.Security switch
        {
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        };
        await client.ConnectAsync(settings.Host, settings.Port, security, ct);
        if (settings.User.Length > 0)
            await client.AuthenticateAsync(settings.User, settings.Password, ct);
        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
    }
}
