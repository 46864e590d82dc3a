using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ReviewItemConfiguration : IEntityTypeConfiguration<ReviewItem>
{
    public void Configure(EntityTypeBuilder<ReviewItem> builder)
    {
        builder.ToTable("ReviewItems");
        builder.HasKey(item => new { item.TenantId, item.ResultId });
        builder.Property(item => item.DefectType).HasMaxLength(InspectionImage.DefectTypeMaxLength);
        builder.Property(item => item.ReopenReason).HasMaxLength(ReviewItem.ReasonMaxLength);
        builder.Property(item => item.ConcurrencyStamp).IsConcurrencyToken();
        // What is due for a model, and its counts.
        builder.HasIndex(item => new { item.TenantId, item.ModelId, item.State });
        builder.HasOne<ScoredImage>().WithOne().HasForeignKey<ReviewItem>(item => new { item.TenantId, item.ResultId }).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(item => new { item.TenantId, item.ModelId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ReviewLeaseConfiguration : IEntityTypeConfiguration<ReviewLease>
{
    public void Configure(EntityTypeBuilder<ReviewLease> builder)
    {
        builder.ToTable("ReviewLeases");
        // The result alone is the key: the database lets one person have it.
        builder.HasKey(lease => new { lease.TenantId, lease.ResultId });
        // Who ends a lease ends the one that was read, never one that another person has taken since.
        builder.Property(lease => lease.UserId).IsConcurrencyToken();
        builder.Property(lease => lease.Until).IsConcurrencyToken();
        builder.HasOne<ScoredImage>().WithOne().HasForeignKey<ReviewLease>(lease => new { lease.TenantId, lease.ResultId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class VerdictWithdrawalConfiguration : IEntityTypeConfiguration<VerdictWithdrawal>
{
    public void Configure(EntityTypeBuilder<VerdictWithdrawal> builder)
    {
        builder.ToTable("VerdictWithdrawals");
        builder.HasKey(withdrawal => new { withdrawal.TenantId, withdrawal.ResultId, withdrawal.Sequence });
        builder.Property(withdrawal => withdrawal.Sequence).ValueGeneratedNever();
        builder.HasOne<ReviewVerdict>().WithOne().HasForeignKey<VerdictWithdrawal>(withdrawal => new { withdrawal.TenantId, withdrawal.ResultId, withdrawal.Sequence })
            .OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RestoredReviewerConfiguration : IEntityTypeConfiguration<RestoredReviewer>
{
    public void Configure(EntityTypeBuilder<RestoredReviewer> builder)
    {
        builder.ToTable("RestoredReviewers");
        builder.HasKey(reviewer => new { reviewer.TenantId, reviewer.Id });
        builder.Property(reviewer => reviewer.Id).ValueGeneratedNever();
        builder.Property(reviewer => reviewer.Name).HasMaxLength(RestoredReviewer.NameMaxLength);
        builder.HasOne<Domain.Projects.Project>().WithMany().HasForeignKey(reviewer => new { reviewer.TenantId, reviewer.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}
