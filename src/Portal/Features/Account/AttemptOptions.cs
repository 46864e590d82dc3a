using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account;

/// <summary>So many within so many minutes.</summary>
public sealed class AttemptLimit
{
    /// <summary>From one network address; 0 is no limit.</summary>
    public int PerAddress { get; set; }

    /// <summary>For one e-mail address, whether it has an account or not; 0 is no limit.</summary>
    public int PerAccount { get; set; }

    public double Minutes { get; set; }

    public TimeSpan Window => TimeSpan.FromMinutes(Minutes);
}

/// <summary>
/// Section <c>Attempts</c>: how often strangers may try. A plant often comes from one address, so what succeeds is not counted for
/// signing in, and the limits by address are wide; by account they are narrow.
/// </summary>
public sealed class AttemptOptions
{
    public const string Section = "Attempts";

    /// <summary>Wrong passwords. By account the lock-out holds, which is the same for addresses without an account.</summary>
    public AttemptLimit SignIn { get; set; } = new() { PerAddress = 100, PerAccount = 5, Minutes = 15 };

    public AttemptLimit Register { get; set; } = new() { PerAddress = 30, PerAccount = 5, Minutes = 60 };

    public AttemptLimit ForgotPassword { get; set; } = new() { PerAddress = 30, PerAccount = 3, Minutes = 60 };
}

internal sealed class AttemptOptionsValidation : IValidateOptions<AttemptOptions>
{
    public ValidateOptionsResult Validate(string? name, AttemptOptions options)
    {
        var wrong = new (string Name, AttemptLimit Limit)[]
        {
            (nameof(options.SignIn), options.SignIn), (nameof(options.Register), options.Register), (nameof(options.ForgotPassword), options.ForgotPassword),
        }.Where(one => one.Limit.PerAddress < 0 || one.Limit.PerAccount < 0 || one.Limit.Minutes is not (> 0 and <= 1440)).ToList();
        var failures = wrong.Select(one => $"Attempts:{one.Name}: limits are numbers from 0 up (0 is none), Minutes goes up to 1440.").ToList();
        if (options.SignIn.PerAccount is < 1 or > 100)
            failures.Add("Attempts:SignIn:PerAccount goes from 1 to 100: without a lock-out a password can be guessed.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
